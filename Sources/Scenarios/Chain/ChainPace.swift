import Conclave
import ConclaveSimulation

/// How fast a chain is when nothing goes wrong, in virtual time: with the links between its validators and
/// their disks as the only things that take any.
public struct ChainPace: Sendable {
    /// From one block to the next, median over all validators.
    public let blockTime: Duration
    /// From the moment when a leader built a block until it was delivered, median over all validators.
    public let finality: Duration
    public let blocks: Int

    /// Blocks that nobody times: until all are connected and know each other.
    private static let ignored = 10

    /// A story of so many blocks over links of one latency, without jitter or loss, 10 Gbit/s each.
    ///
    /// - Parameter progress: takes a line now and then: a hundred validators need minutes.
    public static func story(
        validators: Int, latency: Duration, blocks: Int, progress: @escaping @Sendable (String) -> Void,
        tell: @escaping @Sendable (ChainPace) -> Void
    ) -> Scenario {
        var scenario = Scenario(
            "pace of \(validators)", "\(validators) validators agree about \(blocks) blocks",
            validators: validators, conditions: .steady(latency), disk: .usual
        ) { scenario, telling in
            telling.verdict(of: scenario.name) {
                try ChainStage(scenario, rules(latency), telling)
            } play: { stage in
                try stage.startAll()
                for block in 1...ignored {
                    try stage.expectProgress(1, within: .seconds(120))
                    progress("block \(block), not timed")
                }
                stage.books.forgetTimes()
                let goal = (stage.books.heights.max() ?? 0) + blocks
                while let last = stage.books.heights.min(), last < goal {
                    try stage.expectProgress(1, within: .seconds(120))
                    progress("block \(blocks + (stage.books.heights.min() ?? goal) - goal) of \(blocks)")
                }
                let times = stage.books.times
                tell(
                    ChainPace(
                        blockTime: middle(times.intervals), finality: middle(times.finalities), blocks: blocks
                    ))
                try stage.end()
            }
        }
        scenario.clock = .none
        return scenario
    }

    private static func rules(_ latency: Duration) -> ChainRules {
        ChainRules(pause: .zero, epochLength: 1_000, delta: latency * 4, membership: .all)
    }

    private static func middle(_ sorted: [Duration]) -> Duration {
        sorted.isEmpty ? .zero : sorted[sorted.count / 2]
    }
}

extension NetworkConditions {
    fileprivate static func steady(_ latency: Duration) -> NetworkConditions {
        NetworkConditions(
            latency: latency...latency, jitter: .zero, coalescing: .zero, bytesPerSecond: 1_250_000_000,
            bufferBytes: 4_194_304...4_194_304, splitsPerMillion: 0, lossesPerMillion: 0)
    }
}
