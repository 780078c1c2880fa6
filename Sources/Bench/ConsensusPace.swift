import ConclaveArguments
import ConclavePrimitives
import ConclaveScenarios
import ConclaveSystem

/// How long a block and its finality take over links of 50 ms one way, in virtual time: how busy the
/// machine is does not matter.
enum ConsensusPace {
    static let name = "consensus"

    private static let latency = Duration.milliseconds(50)
    private static let blocks = 20

    static func run(_ options: BenchOptions) throws -> Int32 {
        let clock = SystemClock(), start = clock.now
        let seen = Lock<ChainPace?>(nil)
        let story = ChainPace.story(validators: options.nodes, latency: latency, blocks: blocks) { news in
            let seconds = start.duration(to: clock.now).inSeconds
            BenchProgram.complain("\(news) after \(fixed(seconds, decimals: 1)) s")
        } tell: { pace in
            seen.withLock { $0 = pace }
        }
        let verdict = story.run(seed: 0)
        if let failure = verdict.failure { BenchProgram.complain("\(options.nodes) nodes: \(failure)") }
        guard let pace = seen.withLock({ $0 }), verdict.failure == nil else { return 1 }
        let seconds = start.duration(to: clock.now).inSeconds
        let line: JSONLine = [
            "benchmark": .string(name), "nodes": .integer(options.nodes),
            "blockMilliseconds": .number(pace.blockTime.inSeconds * 1_000, decimals: 0),
            "finalityMilliseconds": .number(pace.finality.inSeconds * 1_000, decimals: 0),
            "blocks": .integer(pace.blocks), "wallSeconds": .number(seconds, decimals: 1),
        ]
        BenchProgram.say(
            options.isJSON
                ? line.text
                : "\(options.nodes) nodes, \(latency) one way: a block each \(pace.blockTime), final after "
                    + "\(pace.finality); took \(seconds) s")
        return 0
    }
}
