public import ConclavePrimitives

/// Writes what happens in one scope as lines of text or JSON. Never given a secret or a payload.
///
/// A level below ``level`` costs one comparison: message and fields are not even made.
public struct Log: Sendable {
    /// Lines below this level are not written.
    public let level: LogLevel
    /// Path of the scope that writes, such as `validator/peers`; empty outside all scopes.
    public let scope: String

    private let output: Output?

    private struct Output: Sendable {
        let format: LogFormat
        let sink: any LogSink
        let time: @Sendable () -> WallTime
    }

    /// Writes nothing.
    public static let silent = Log(level: .error, scope: "", output: nil)

    /// - Parameter time: the time of day that lines carry; virtual in a simulation.
    public init(
        level: LogLevel, format: LogFormat, sink: any LogSink,
        time: @escaping @Sendable () -> WallTime
    ) {
        self.init(level: level, scope: "", output: Output(format: format, sink: sink, time: time))
    }

    private init(level: LogLevel, scope: String, output: Output?) {
        self.level = level
        self.scope = scope
        self.output = output
    }

    /// The same log, its lines marked as coming from `scope`.
    public func scoped(_ scope: String) -> Log {
        Log(level: level, scope: scope, output: output)
    }

    /// Whether a line of this level would be written.
    public func writes(_ level: LogLevel) -> Bool {
        output != nil && level >= self.level
    }

    public func trace(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.trace, message(), fields())
    }

    public func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.debug, message(), fields())
    }

    public func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.info, message(), fields())
    }

    public func warning(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.warning, message(), fields())
    }

    public func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.error, message(), fields())
    }

    /// Writes a line of a level known only when running.
    public func write(
        _ level: LogLevel, _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> LogFields = [:]
    ) {
        guard let output, level >= self.level else { return }
        let line = LogLine(
            time: output.time(), level: level, scope: scope, message: message(),
            fields: fields())
        output.sink.write(line.rendered(as: output.format))
    }
}
