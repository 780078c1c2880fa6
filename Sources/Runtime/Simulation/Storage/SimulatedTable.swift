import ConclaveRuntime

/// A table in memory: keys in ascending order.
struct SimulatedTable {
    private var entries: [StoredEntry] = []

    mutating func apply(_ change: WriteBatch.Change) {
        switch change {
        case .set(let key, let value):
            let place = place(of: key)
            let entry = StoredEntry(key: key, value: value)
            if place < entries.count, entries[place].key == key {
                entries[place] = entry
            } else {
                entries.insert(entry, at: place)
            }
        case .remove(let keys):
            entries.removeSubrange(places(of: keys))
        }
    }

    func entries(_ keys: KeyRange, limit: Int, order: KeyOrder) -> [StoredEntry] {
        let found = entries[places(of: keys)]
        return switch order {
        case .ascending: Array(found.prefix(limit))
        case .descending: Array(found.suffix(limit).reversed())
        }
    }

    private func places(of keys: KeyRange) -> Range<Int> {
        let first = place(of: keys.first)
        return first..<max(first, keys.end.map(place(of:)) ?? entries.count)
    }

    /// Of the first key that does not come before `key`.
    private func place(of key: [UInt8]) -> Int {
        var low = 0, high = entries.count
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].key.lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
