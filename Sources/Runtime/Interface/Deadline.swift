import ConclavePrimitives

/// Cancels a scope when its time is over.
final class Deadline: Wakeable {
    private let context: Context

    private init(_ context: Context) {
        self.context = context
    }

    func woke(_ alarm: Alarm) {
        context.cancel()
    }

    /// Runs `body`; cancels its scope at `instant` unless everything in it has ended by then.
    static func run(
        until instant: Instant, in context: Context,
        _ body: @Sendable (Context) async throws -> Void
    ) async throws {
        let alarm = context.executor.setAlarm(at: instant, for: Deadline(context))
        defer {
            if context.liveTasks <= 1 { context.executor.cancel(alarm) }
        }
        try await body(context)
    }
}
