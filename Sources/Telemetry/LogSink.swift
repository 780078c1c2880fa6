/// Where log lines go. Called from any thread; must not wait for long, the caller may be a loop.
public protocol LogSink: Sendable {
    /// One line without its line break.
    func write(_ line: String)
}
