import ConclaveArguments
import ConclavePeers
import ConclavePrimitives
import ConclaveScenarios
import ConclaveSimulation
import ConclaveSystem

/// How long it takes until validators that know one bootstrapper and nobody else are all connected, and what
/// each of them writes for it. Virtual time, on the timers of the local profile; the application says
/// nothing.
enum DiscoveryCurve {
    static let name = "discovery"

    private struct Point: Sendable {
        var formed = Duration.zero
        var bytes: UInt64 = 0, bootstrapperBytes: UInt64 = 0
    }

    /// Longer than any number of validators that fits into memory needs.
    private static let patience = Duration.seconds(600)

    static func run(_ options: BenchOptions) throws -> Int32 {
        let clock = SystemClock(), start = clock.now
        let point = Lock(Point())
        var scenario = story(of: options.nodes) { seen in point.withLock { $0 = seen } }
        scenario.mode = .discovery
        let verdict = scenario.run(seed: 0)
        if let failure = verdict.failure { BenchProgram.complain("\(options.nodes) nodes: \(failure)") }
        let seconds = start.duration(to: clock.now).inSeconds, figures = point.withLock { $0 }
        let line: JSONLine = [
            "benchmark": .string(name), "nodes": .integer(options.nodes),
            "virtualSeconds": .number(figures.formed.inSeconds, decimals: 2),
            "bytesPerNode": .integer(Int(figures.bytes)),
            "bootstrapperBytes": .integer(Int(figures.bootstrapperBytes)),
            "wallSeconds": .number(seconds, decimals: 1),
        ]
        BenchProgram.say(
            options.isJSON
                ? line.text
                : "\(options.nodes) nodes: connected after \(figures.formed), \(figures.bytes) bytes a node, "
                    + "\(figures.bootstrapperBytes) bytes of the bootstrapper; took \(seconds) s")
        return verdict.failure == nil ? 0 : 1
    }

    private static func story(of nodes: Int, _ tell: @escaping @Sendable (Point) -> Void) -> Scenario {
        Scenario(
            "discovery of \(nodes)", "\(nodes) validators find each other", validators: nodes,
            chatter: .silence
        ) { stage in
            try stage.wait(patience, for: "everyone is connected") { stage.isMesh }
            var point = Point(formed: stage.simulation.now)
            for validator in stage.validators { point.bytes += try written(by: validator, on: stage) }
            point.bytes /= UInt64(nodes)
            if let bootstrapper = stage.bootstrapper {
                point.bootstrapperBytes = try written(by: bootstrapper, on: stage)
            }
            tell(point)
        }
    }

    private static func written(by validator: Validator, on stage: Stage) throws -> UInt64 {
        try stage.snapshot(of: validator).total.writtenBytes
    }
}
