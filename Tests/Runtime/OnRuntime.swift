import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry

/// Runs `body` as a task on a fresh system runtime, shuts that down and passes on what the body threw.
func onRuntime(
    loops: Int = 1, spin: Duration = .zero, log: Log = .silent,
    _ body: @escaping @Sendable (Context) async throws -> Void
) async throws {
    let runtime = try SystemRuntime(loops: loops, spin: spin, log: log)
    let child = runtime.context(named: "test").spawn("body", onFailure: .ignore, body)
    let failure = await child.failure()
    await runtime.shutdown()
    if let failure { throw failure }
}
