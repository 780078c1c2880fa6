/// How much a log line matters.
public enum LogLevel: UInt8, Sendable, CaseIterable, Comparable {
    case trace, debug, info, warning, error

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}
