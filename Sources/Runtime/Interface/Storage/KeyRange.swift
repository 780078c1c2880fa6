/// Keys from `first` on, up to `end` without it.
public struct KeyRange: Hashable, Sendable {
    public let first: [UInt8]
    /// Nil for all that follow.
    public let end: [UInt8]?

    public init(from first: [UInt8] = [], until end: [UInt8]? = nil) {
        self.first = first
        self.end = end
    }

    public static let all = KeyRange()

    public static func only(_ key: [UInt8]) -> KeyRange { KeyRange(from: key, until: key + [0]) }

    /// The keys that begin with `bytes`.
    public static func prefix(_ bytes: [UInt8]) -> KeyRange {
        var end = bytes
        while end.last == .max { end.removeLast() }
        guard let last = end.popLast() else { return KeyRange(from: bytes) }
        return KeyRange(from: bytes, until: end + [last + 1])
    }

    public func contains(_ key: [UInt8]) -> Bool {
        !key.lexicographicallyPrecedes(first) && (end.map { key.lexicographicallyPrecedes($0) } ?? true)
    }
}
