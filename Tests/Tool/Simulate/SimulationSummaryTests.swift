import ConclaveTool
import Testing

@Suite struct SimulationSummaryTests {
    func summary(seeds: Int, failed: [Int]) -> SimulationSummary {
        SimulationSummary(
            scenario: "mesh", seeds: seeds, wanted: 40, failed: failed, digest: 0xAB, virtualSeconds: 12.34,
            wallSeconds: 1.06)
    }

    @Test func `a seed that failed makes the exit code 1, one that was not run does not`() {
        #expect(summary(seeds: 40, failed: []).exit == .success)
        #expect(summary(seeds: 7, failed: []).exit == .success)
        #expect(summary(seeds: 40, failed: [2]).exit == .goalMissed)
        #expect(summary(seeds: 7, failed: [2]).exit == .goalMissed)
    }

    @Test func `the line for people says what failed and what was left undone`() {
        #expect(
            summary(seeds: 40, failed: []).text
                == "mesh: seeds run: 40, failed: none, digest 00000000000000ab, 12.3 s lived in 1.1 s")
        #expect(
            summary(seeds: 7, failed: [2, 6]).text
                == "mesh: seeds run: 7 of 40, failed: 2, 6, digest 00000000000000ab, 12.3 s lived in 1.1 s")
        #expect(summary(seeds: 40, failed: Array(0..<21)).text.contains(", 18, 19 and others, digest"))
    }
}
