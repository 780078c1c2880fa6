internal import ConclaveCodec
package import ConclaveConsensusCore
internal import ConclaveCryptography
package import ConclavePrimitives

/// One network, one seed, one history.
package struct Trial {
    let plan: TrialPlan
    package let configuration: ConsensusConfiguration
    let genesis: EpochStart
    let identities: [ValidatorSet.Member]
    package let keys: [TrialKey]
    let verifier: TrialVerifier
    /// What every honest node must gain after the heal.
    let heightsToGain: UInt64
    /// By identity; nil for liars.
    var nodes: [TrialNode?]
    package internal(set) var witness: Witness
    var liars: Liars
    var weather: Weather
    var random: SplitMix64
    var queue = TrialQueue<TrialEvent>()
    package internal(set) var now = Instant(nanoseconds: 0)
    var history: UInt64 = 0
    /// Numbers of blocks, so that no two are alike.
    var built: UInt64 = 0
    /// Every block that anybody has made.
    package internal(set) var blocks: [Digest: Block] = [:]
    var evidence = 0
    var trace: TrialTrace

    /// - Parameter keep: lines of its history that are kept for people, the last ones.
    package init(_ plan: TrialPlan, keep: Int = 0) {
        self.plan = plan
        trace = TrialTrace(limit: keep)
        var random = SplitMix64(seed: plan.seed)
        let count = plan.validators + 1
        let keys = Self.keys(count, plan.signatures)
        self.keys = keys
        let lying = Set((0..<count).shuffled(using: &random).prefix(plan.liars))
        identities = Self.identities(keys, lying: lying, weights: plan.weights, random: &random)
        let election: LeaderElection = Bool.random(using: &random) ? .roundRobin : .weighted
        let epochLength = ([2, 3, 4, 4, 8] as [UInt64]).randomElement(using: &random) ?? 4
        configuration = Self.configuration(
            epochLength: plan.epochLength ?? epochLength, election: plan.election ?? election)
        heightsToGain = plan.heightsAfterHeal ?? [2, 2, 5, 9].randomElement(using: &random) ?? 2
        genesis = Self.genesis(identities)
        verifier = plan.signatures == .real ? .real : .standIn
        let application = TrialApplication(identities: identities, genesis: genesis.originDigest)
        nodes = keys.indices.map { place in
            lying.contains(place) ? nil : TrialNode(key: keys[place], application: application)
        }
        let honest = Set(keys.indices.filter { !lying.contains($0) }.map { keys[$0].publicKey })
        witness = Witness(genesis: genesis, honest: honest, configuration: configuration)
        weather = plan.weather == .calm ? .calm() : .stormy(&random)
        liars = Liars(lying.sorted(), count: count, style: plan.lying, random: &random)
        self.random = random
    }

    /// In ascending order of the public keys, as in a set.
    private static func keys(_ count: Int, _ kind: TrialPlan.Signatures) -> [TrialKey] {
        (0..<count).map { number in
            switch kind {
            case .standIn: return TrialKey.standIn(number: number)
            case .real:
                let seed = [UInt8](repeating: UInt8(truncatingIfNeeded: number + 1), count: 32)
                guard let key = try? SigningKey(seed: seed) else { preconditionFailure("no memory") }
                return .real(key)
            }
        }.sorted { $0.publicKey < $1.publicKey }
    }

    /// Weights at which the liars of every set have less than a third.
    private static func identities(
        _ keys: [TrialKey], lying: Set<Int>, weights: TrialPlan.Weights, random: inout SplitMix64
    ) -> [ValidatorSet.Member] {
        while true {
            let members = keys.map { key in
                ValidatorSet.Member(
                    key.publicKey, weight: weights == .equal ? 1 : UInt64.random(in: 1...9, using: &random))
            }
            let isBounded = members.indices.allSatisfy { left in
                let set = members.indices.filter { $0 != left }
                let all = set.reduce(0) { $0 + members[$1].weight }
                let bad = set.filter(lying.contains).reduce(0) { $0 + members[$1].weight }
                return 3 * bad < all
            }
            if isBounded { return members }
        }
    }

    private static func configuration(
        epochLength: UInt64, election: LeaderElection
    ) -> ConsensusConfiguration {
        guard
            let configuration = try? ConsensusConfiguration(
                delta: TrialPlan.delta, epochLength: epochLength, election: election)
        else { preconditionFailure("the plan has no epoch length") }
        return configuration
    }

    private static func genesis(_ identities: [ValidatorSet.Member]) -> EpochStart {
        let chain = Digest(of: Array("trial".utf8))
        let first = TrialApplication.validators(among: identities, chosenBy: chain)
        let header = Header.genesis(
            chain: chain, validators: first, stateRoot: .zero, time: WallTime(milliseconds: 0))
        return EpochStart(genesis: header, validators: first)
    }

    // MARK: Time and chance

    /// Now and so many Δ.
    func after(_ deltas: Double) -> Instant {
        now.advanced(by: .nanoseconds(Int64(deltas * Double(TrialPlan.delta.saturatingNanoseconds))))
    }

    func instant(_ deltas: Double) -> Instant { Instant(nanoseconds: 0).advanced(by: duration(deltas)) }

    func duration(_ deltas: Double) -> Duration {
        .nanoseconds(Int64(deltas * Double(TrialPlan.delta.saturatingNanoseconds)))
    }

    mutating func chance(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &random) < probability
    }

    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        Double.random(in: low...high, using: &random)
    }

    var isHealed: Bool { now >= instant(weather.heal) }

    /// Notes what happens now for people.
    mutating func jot(_ line: (borrowing Trial) -> String) {
        if trace.isKept { trace.note(line(self), at: now) }
    }

    mutating func note(_ words: UInt64...) {
        for word in words { history = (history ^ word) &* 0x0000_0100_0000_01B3 &+ 1 }
    }

    // MARK: The story

    /// Tells the whole story.
    ///
    /// - Parameter isCalledOff: asked now and then; once it says so the story breaks off, which is a
    ///   violation.
    package mutating func run(isCalledOff: () -> Bool = { false }) -> TrialOutcome {
        var events = 0
        var violation: Violation?
        var goal: Height?
        var recovered: Duration?
        var bound = LivenessBound()
        begin()
        let healed = instant(weather.heal), limit = instant(weather.heal + plan.patience)
        do throws(Violation) {
            while let (at, event) = queue.next(), at <= limit {
                if goal == nil, at >= healed {
                    now = healed
                    goal = witness.highest.advanced(by: heightsToGain)
                    bound = livenessBound()
                }
                now = at
                events += 1
                if events.isMultiple(of: 1_024), isCalledOff() { throw Violation(.liveness, "called off") }
                try take(event)
                if let goal {
                    try check(bound)
                    if everybody(has: goal) {
                        recovered = healed.duration(to: now)
                        break
                    }
                }
            }
            try checkHandovers()
            if recovered == nil { throw Violation(.liveness, "\(progress) of \(goal ?? 0)") }
        } catch {
            violation = error
        }
        return TrialOutcome(
            violation: violation, digest: history, events: events,
            lasted: .nanoseconds(Int64(now.nanoseconds)),
            recovered: recovered,
            heights: nodes.compactMap { $0.map { UInt64($0.application.height) } },
            statistics: statistics, evidence: evidence, trace: trace.all)
    }

    package mutating func begin() {
        jot { "\($0.keys.count) identities; liars: \($0.liars.identities), their manner: \($0.liars.style)" }
        jot {
            "\($0.configuration.epochLength) heights an epoch, \($0.configuration.election); \($0.weather)"
        }
        let honest = nodes.indices.filter { nodes[$0] != nil }
        let latecomer = plan.weather == .stormy && chance(0.15) ? honest.randomElement(using: &random) : nil
        for node in honest {
            let start = node == latecomer ? weather.heal : uniform(0, 1)
            queue.add(.boot(node), at: instant(start))
            for _ in 0..<(weather.skew > 0 ? 2 : 0) {
                queue.add(.skew(node), at: instant(uniform(0, max(weather.heal, 0.1))))
            }
        }
        for _ in 0..<weather.blackouts { queue.add(.crashAll, at: instant(uniform(0, weather.heal))) }
        if weather.partitions > 0 { queue.add(.repartition, at: now) }
    }

    func everybody(has goal: Height) -> Bool {
        nodes.allSatisfy { node in
            guard let node else { return true }
            return node.machine != nil && UInt64(node.application.height) >= goal.number
        }
    }

    var progress: String {
        nodes.enumerated().map { place, node in
            guard let node else { return "\(place) lies" }
            guard let status = node.machine?.status else { return "\(place) is down" }
            return
                "\(place): \(node.application.height) e\(status.epoch) v\(status.view) f\(status.lastFinal)"
        }.joined(separator: ", ")
    }

    private var statistics: ConsensusStatistics {
        var sum = ConsensusStatistics()
        for node in nodes {
            guard let one = node?.machine?.statistics else { continue }
            sum.signaturesVerified += one.signaturesVerified
            sum.signaturesSpared += one.signaturesSpared
            sum.viewsFinalized += one.viewsFinalized
            sum.viewsNullified += one.viewsNullified
            sum.asksSent += one.asksSent
            sum.evidenceFound += one.evidenceFound
        }
        return sum
    }

    func checkHandovers() throws(Violation) {
        for node in nodes { if let node { try witness.crossed(node.disk.starts, by: verifier) } }
    }
}
