extension RandomAccessCollection where Index == Int {
    /// The first place in `startIndex...endIndex` whose key is not smaller than `key`, of elements whose keys
    /// ascend. O(log n).
    @inlinable
    public func firstPlace<Key: Comparable>(notBelow key: Key, by keyOf: (Element) -> Key) -> Int {
        var low = startIndex, high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if keyOf(self[middle]) < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension RandomAccessCollection where Index == Int, Element: Comparable {
    /// Where `element` is, of elements that ascend; nil if it is not among them. O(log n).
    @inlinable
    public func ascendingPlace(of element: Element) -> Int? {
        let place = firstPlace(notBelow: element) { $0 }
        return place < endIndex && self[place] == element ? place : nil
    }
}
