import ConclaveRuntime

/// A benchmark between a listener and a dialer in two processes.
protocol PairBenchmark: Benchmark {
    /// Prints its port as the first line.
    static func listen(_ options: BenchOptions, _ context: Context) async throws
    /// Ends when its part is done.
    static func dial(_ options: BenchOptions, _ context: Context) async throws
}

extension PairBenchmark {
    static var layout: Layout { .pair }

    static func play(
        _ role: BenchOptions.Role, _ options: BenchOptions, _ context: Context
    ) async throws {
        switch role {
        case .listener: try await listen(options, context)
        case .dialer: try await dial(options, context)
        case .flooder: try await Flooder.run(options, context)
        case .coordinator, .alone: throw RoundFailed(description: "\(name) has two processes")
        }
    }
}
