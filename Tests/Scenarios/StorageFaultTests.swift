import ConclaveScenarios
import ConclaveSimulation
import Testing

/// Whatever happens to the disk at whichever write: the validators go on, and what was said to be kept is
/// there.
@Suite struct StorageFaultTests {
    /// What happens to the disk of one validator at its `number`-th write.
    enum Blow: CaseIterable {
        /// The disk says that it failed, and works again when the store is opened anew.
        case fails
        /// The power is gone before the write is synced: all of it may be lost.
        case isLost
        /// The same, and half of it may be left.
        case isTorn
    }

    private static let length = Duration.seconds(5)

    /// The story: three validators talk and write for a while; what is done to the first at a write.
    private func verdict(_ blow: Blow?, at number: Int, watch: @escaping @Sendable (Int) -> Void = { _ in })
        -> Verdict
    {
        var scenario = Scenario("disk", "a disk goes wrong at one write", validators: 3) { stage in
            let victim = stage.validators[0], before = stage.simulation.now
            switch blow {
            case nil: break
            case .fails: try stage.perform(.failWrite(0, after: number))
            case .isLost, .isTorn:
                stage.simulation.run(atMost: Self.length) { victim.node.batches == number }
                try stage.require("the write is under way", victim.node.batches == number)
                try stage.crash(victim, .powerLost)
                try stage.pass(.milliseconds(100))
                try stage.start(victim)
            }
            try stage.pass(Self.length - (stage.simulation.now - before))
            watch(victim.node.batches)
            // What a fault that never came would do to the end.
            try stage.perform(.failWrite(0, after: 0))
            try stage.expectMesh()
        }
        scenario.disk = blow == .isTorn ? .tearing : .usual
        return scenario.run(seed: 1, keep: 100_000)
    }

    @Test func `a disk that fails, loses or tears any one write of a story takes nothing that was kept`()
        throws
    {
        let writes = Box()
        #expect(verdict(nil, at: 1, watch: { writes.value = $0 }).failure == nil)
        #expect(writes.value > 8)
        var seen: Set<Substring> = []
        for number in 1...writes.value {
            for blow in Blow.allCases {
                let verdict = verdict(blow, at: number)
                #expect(verdict.failure == nil, "\(blow) at \(number)")
                for line in verdict.history {
                    guard let place = line.firstRange(of: "validator-0's disk ") else { continue }
                    seen.insert(line[place.upperBound...].prefix(6))
                }
                let blows = verdict.history.filter {
                    $0.contains("'s disk fails") || $0.contains("'s disk is left with")
                }
                #expect(!blows.isEmpty, "\(blow) at \(number) came to nothing")
            }
        }
        #expect(seen.isSuperset(of: ["keeps ", "fails ", "is lef"]))
    }

    /// Written by the story, which runs on the thread of the test.
    final class Box: @unchecked Sendable {
        var value = 0
    }
}
