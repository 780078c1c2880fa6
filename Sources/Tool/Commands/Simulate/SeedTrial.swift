import ConclaveScenarios
package import ConclaveTelemetry

/// Runs a seed, and runs it again: the same seed must give the same history. The second run costs as much as
/// the first and is the one that keeps events for people, so a seed that failed always gets it.
package struct SeedTrial: Sendable {
    /// Events that the second run keeps, so that some of them tell more than who ran when.
    private static let keptEvents = 16_384
    /// Events that a trace holds at most; some 100 bytes each.
    private static let tracedEvents = 1 << 23
    /// Events that are shown of a seed that failed.
    private static let shownEvents = 20

    private let plan: SimulationPlan
    private let log: Log

    /// - Parameter log: where the validators of a traced seed log to.
    package init(_ plan: SimulationPlan, log: Log = .silent) {
        self.plan = plan
        self.log = log
    }

    /// How the seed came out; nil if it was called off before that was known.
    package func outcome(of seed: Int, isCalledOff: @escaping () -> Bool = { false }) -> SeedOutcome? {
        let first = plan.scenario.run(seed: UInt64(seed), isCalledOff: isCalledOff)
        guard !isCalledOff() else { return nil }
        guard first.failure != nil || plan.runsTwice(seed) else {
            return SeedOutcome(seed: seed, digest: first.digest, virtualTime: first.virtualTime)
        }
        let second = again(seed, isCalledOff)
        guard !isCalledOff() else { return nil }
        return SeedOutcome(
            seed: seed, digest: first.digest, virtualTime: first.virtualTime,
            failure: failure(first, second), history: plan.telling == .history ? second.history : [])
    }

    private func again(_ seed: Int, _ isCalledOff: @escaping () -> Bool) -> Verdict {
        switch plan.telling {
        case .outcome:
            plan.scenario.run(seed: UInt64(seed), keep: Self.keptEvents, isCalledOff: isCalledOff)
        case .history:
            plan.scenario.run(
                seed: UInt64(seed), log: log, keep: Self.tracedEvents, isCalledOff: isCalledOff)
        }
    }

    private func failure(_ first: Verdict, _ second: Verdict) -> SeedOutcome.Failure? {
        guard let reason = reason(first, second) else { return nil }
        return SeedOutcome.Failure(
            reason: reason, lastEvents: Array(second.history.suffix(Self.shownEvents)),
            report: second.report ?? first.report)
    }

    private func reason(_ first: Verdict, _ second: Verdict) -> String? {
        guard first.digest == second.digest else {
            let digests = "\(digestText(first.digest)), then \(digestText(second.digest))"
            let also = (first.failure ?? second.failure).map { "; \($0)" } ?? ""
            return "not deterministic: \(digests)" + also
        }
        return first.failure ?? second.failure
    }
}
