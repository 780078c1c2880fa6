/// Changes of one store that are kept together or not at all. They apply in the order in which they were
/// added: what is added later wins.
public struct WriteBatch: Sendable {
    package enum Change: Sendable {
        case set(key: [UInt8], value: [UInt8])
        case remove(KeyRange)
    }

    /// What a change counts beside its bytes, so that many empty ones have a bound too.
    private static let changeBytes = 64

    package private(set) var changes: [(table: StorageName, change: Change)] = []
    /// What it counts towards the bounds of a store.
    public private(set) var bytes = 0
    /// Of the longest key in it.
    package private(set) var keyBytes = 0

    public init() {}

    public var isEmpty: Bool { changes.isEmpty }

    /// Puts `value` under `key`, in place of what is there.
    public mutating func set(_ key: [UInt8], to value: [UInt8], in table: StorageName) {
        add(.set(key: key, value: value), to: table, keyBytes: key.count, valueBytes: value.count)
    }

    /// Removes `key` if it is there.
    public mutating func remove(_ key: [UInt8], in table: StorageName) {
        remove(.only(key), in: table)
    }

    /// Removes every key in `keys`.
    public mutating func remove(_ keys: KeyRange, in table: StorageName) {
        let longest = max(keys.first.count, keys.end?.count ?? 0)
        add(.remove(keys), to: table, keyBytes: longest, valueBytes: 0)
    }

    private mutating func add(_ change: Change, to table: StorageName, keyBytes: Int, valueBytes: Int) {
        changes.append((table, change))
        self.keyBytes = max(self.keyBytes, keyBytes)
        bytes += keyBytes + valueBytes + Self.changeBytes
    }
}
