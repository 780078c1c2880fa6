import ConclaveArguments
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Glibc

/// The `conclave-bench` program.
enum BenchProgram {
    private static let benchmarks: [any Benchmark.Type] = [
        Throughput.self, PingPong.self, Broadcast.self, MeshForming.self, HandshakeRate.self,
        MemoryPerPeer.self, Preemption.self, CompressionGain.self,
        JunkRate.self, Fairness.self,
    ]

    /// Whatever may be asked for.
    static let names =
        benchmarks.map { $0.name } + [
            MailboxRate.name, SimulationRate.name, DiscoveryCurve.name, ConsensusPace.name, Growth.name,
            TargetTable.name,
        ]

    /// Longest search for work before a loop sleeps, with `--spin`.
    private static let spin = Duration.microseconds(30)

    static func run(_ words: [String]) -> Int32 {
        do {
            return try start(words)
        } catch let error as UsageError {
            complain(error.message)
            return 64
        } catch {
            complain("\(error)")
            return 70
        }
    }

    private static func start(_ words: [String]) throws -> Int32 {
        guard let name = words.first, !name.hasPrefix("-") else {
            if words.contains("--help") || words.contains("-h") {
                print(BenchOptions.command.help)
                return 0
            }
            throw UsageError("name a benchmark: \(names.joined(separator: ", ")); see --help")
        }
        switch try BenchOptions.command.parse(Array(words.dropFirst())) {
        case .help(let text):
            print(text)
            return 0
        case .options(let options):
            Resources.raiseDescriptors()
            if options.isOnOneCore { Resources.useOneProcessor() }
            return try run(name, options)
        }
    }

    private static func run(_ name: String, _ options: BenchOptions) throws -> Int32 {
        switch name {
        case MailboxRate.name:
            return try runtime(options, loops: 2).run { try await MailboxRate.run(options, $0) }
        case SimulationRate.name: return try SimulationRate.run(options)
        case DiscoveryCurve.name: return try DiscoveryCurve.run(options)
        case ConsensusPace.name: return try ConsensusPace.run(options)
        case Growth.name: return try runtime(options, loops: 1).run { try await Growth.run(options, $0) }
        case TargetTable.name:
            return try runtime(options, loops: 1).run { try await TargetTable.run(options, $0) }
        default:
            guard let benchmark = benchmarks.first(where: { $0.name == name }) else {
                throw UsageError(
                    "unknown benchmark \(name); there are \(names.joined(separator: ", "))")
            }
            return try run(benchmark, options)
        }
    }

    private static func run(_ benchmark: any Benchmark.Type, _ options: BenchOptions) throws -> Int32 {
        guard options.role == .coordinator else {
            return try runtime(options, loops: options.loops).run { context in
                try await benchmark.play(options.role, options, context)
                return 0
            }
        }
        return try runtime(options, loops: 1).run { context in
            try await Coordinator(benchmark: benchmark, options: options, context: context).run()
        }
    }

    private static func runtime(_ options: BenchOptions, loops: Int) throws -> SystemRuntime {
        let isSpinning = options.isSpinning && options.role != .coordinator
        let log = Log(
            level: .warning, format: .text, sink: DescriptorSink.standardError,
            time: { SystemClock().wallTime })
        return try SystemRuntime(loops: loops, spin: isSpinning ? spin : .zero, log: log)
    }

    /// One line on standard error.
    static func complain(_ message: String) {
        DescriptorSink.standardError.write("conclave-bench: " + message)
    }

    /// One line on standard output, at once.
    static func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
