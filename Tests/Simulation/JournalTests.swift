import ConclaveSimulation
import Testing

@Suite struct JournalTests {
    @Test func `notes are part of the digest, and the last of them are kept`() {
        let digests = ["a", "b"].map { text in
            let simulation = Simulation(seed: 1, keep: 3)
            for number in 0..<5 { simulation.note("\(text) \(number)") }
            #expect(simulation.journal.count == 5)
            #expect(simulation.history() == (2..<5).map { "     0.000 ms  \(text) \($0)" })
            #expect(simulation.history(last: 1) == ["     0.000 ms  \(text) 4"])
            return simulation.journal.digest
        }
        #expect(digests[0] != digests[1])
    }
}
