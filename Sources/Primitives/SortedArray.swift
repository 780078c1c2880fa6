/// Elements in ascending order of a key, one per key. Unlike `Dictionary` and `Set`, its order is the same in
/// every process, so it may reach a peer, a log or a generator.
public struct SortedArray<Key: Comparable, Element> {
    @usableFromInline var storage: [(key: Key, value: Element)] = []

    @inlinable
    public init() {}

    @inlinable
    public var count: Int { storage.count }
    @inlinable
    public var isEmpty: Bool { storage.isEmpty }
    @inlinable
    public var keys: [Key] { storage.map { $0.key } }
    @inlinable
    public var values: [Element] { storage.map { $0.value } }

    /// The element under `key`; setting it to nil removes it. O(log n) to find, O(n) to insert or remove.
    @inlinable
    public subscript(key: Key) -> Element? {
        get {
            let index = position(of: key)
            return holds(key, at: index) ? storage[index].value : nil
        }
        set {
            let index = position(of: key)
            switch (holds(key, at: index), newValue) {
            case (true, .some(let value)): storage[index].value = value
            case (true, .none): storage.remove(at: index)
            case (false, .some(let value)): storage.insert((key, value), at: index)
            case (false, .none): break
            }
        }
    }

    /// The pair with the smallest key.
    @inlinable
    public var first: (key: Key, value: Element)? { storage.first }

    @inlinable
    public mutating func removeAll(where condition: (Key, Element) -> Bool) {
        storage.removeAll { condition($0.key, $0.value) }
    }

    /// Index of the first key that is not smaller than `key`.
    @inlinable
    func position(of key: Key) -> Int { storage.firstPlace(notBelow: key) { $0.key } }

    @inlinable
    func holds(_ key: Key, at index: Int) -> Bool {
        index < storage.count && storage[index].key == key
    }
}

extension SortedArray: Sequence {
    @inlinable
    public func makeIterator() -> IndexingIterator<[(key: Key, value: Element)]> { storage.makeIterator() }
}

extension SortedArray: Sendable where Key: Sendable, Element: Sendable {}
