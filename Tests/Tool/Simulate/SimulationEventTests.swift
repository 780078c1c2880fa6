import ConclaveTool
import Testing

@Suite struct SimulationEventTests {
    /// One of each line, as Docs/Cli.md shows them.
    static let samples: [SimulationEvent] = {
        let failed = SimulationTallyTests.outcome(
            4, failure: "not within 60.0 seconds: everyone is connected")
        let replay = "conclave simulate --scenario plain --first 4 --trace"
        let failures = failed.failure.map { SimulationEvent.failed(failed, $0, replay: replay) }
        return [
            .happened("    12.500 ms  validator-0 dials 10.0.0.2:3000"),
            .passed(SimulationTallyTests.outcome(3)),
        ]
            + [failures].compactMap { $0 } + [
                .summary(
                    SimulationSummary(
                        scenario: "plain", seeds: 2, wanted: 2, failed: [4], digest: 0x5CE9_A210,
                        virtualSeconds: 7, wallSeconds: 0.4))
            ]
    }()

    @Test func `a failure shows what came before and how to see it again`() {
        #expect(
            Self.samples[2].text == [
                "seed 4 failed after 4.0 s: not within 60.0 seconds: everyone is connected",
                "  the last events before:", "         1.000 ms  c0 breaks",
                "  replay it: conclave simulate --scenario plain --first 4 --trace",
            ])
    }
}
