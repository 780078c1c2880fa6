package import Conclave
import ConclavePrimitives
package import ConclaveTelemetry

/// Runs `body` on a runtime of its own; after it no task of it is left. Cancelling the test cancels the body.
package func withRuntime(
    loops: Int = 2, log: Log = .silent, _ body: @escaping @Sendable (Context) async throws -> Void
) async throws {
    let runtime = try SystemRuntime(loops: loops, log: log)
    let context = runtime.context(named: "test")
    let failure = Lock<(any Error)?>(nil)
    let child = context.spawn("body", onFailure: .ignore) { context in
        do { try await body(context) } catch { failure.withLock { $0 = error } }
        context.cancel()
    }
    await withTaskCancellationHandler {
        _ = await child.failure()
    } onCancel: {
        context.cancel()
    }
    await runtime.shutdown()
    if let error = failure.withLock({ $0 }) { throw error }
}

/// Looks again and again until `condition` holds, for what no event tells; the test's time limit ends it.
package func eventually(in context: Context, _ condition: () async throws -> Bool) async throws {
    while !(try await condition()) { try await context.sleep(for: .milliseconds(2)) }
}
