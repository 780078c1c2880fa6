import ConclavePrimitives
package import ConclaveTelemetry

/// What a log wrote.
package final class LoggedLines: LogSink {
    private let written = Lock<[String]>([])

    package init() {}

    package var all: [String] { written.withLock { $0 } }
    package func write(_ line: String) { written.withLock { $0.append(line) } }

    /// A log that writes here, as programs read it; its lines have no time.
    package func log(_ level: LogLevel) -> Log {
        Log(level: level, format: .json, sink: self, time: { WallTime(milliseconds: 0) })
    }
}
