import ConclaveRuntime

/// A benchmark whose nodes are all in one process.
protocol MeshBenchmark: Benchmark {
    static func measure(_ options: BenchOptions, _ context: Context) async throws -> Figures
}

extension MeshBenchmark {
    static var layout: Layout { .alone }

    static func play(
        _ role: BenchOptions.Role, _ options: BenchOptions, _ context: Context
    ) async throws {
        BenchProgram.say(try await measure(options, context).line)
    }
}
