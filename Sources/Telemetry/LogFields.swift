/// Named values beside a log message, in the order they were written: `["peer": "\(peer)", "missed": 3]`.
///
/// Names come from the code, never from bytes that a peer sent.
public struct LogFields: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public struct Field: Sendable, Hashable {
        public let name: String
        public let value: LogValue
    }

    public private(set) var all: [Field]

    public init(dictionaryLiteral elements: (String, LogValue)...) {
        all = elements.map { Field(name: $0.0, value: $0.1) }
    }
}

/// One value of a log line.
public enum LogValue: Sendable, Hashable {
    case text(String)
    case integer(Int)
    case flag(Bool)
    /// Written in seconds.
    case duration(Duration)
}

extension LogValue: ExpressibleByStringInterpolation {
    public init(stringLiteral value: String) { self = .text(value) }
}

extension LogValue: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self = .integer(value) }
}

extension LogValue: ExpressibleByBooleanLiteral {
    public init(booleanLiteral value: Bool) { self = .flag(value) }
}
