/// A fixed number of elements of which the first lies in its owner and not behind a pointer.
///
/// For what each of thousands of links keeps by channel: most nodes have one channel, and an array for its
/// counters would be one more piece of memory that every message waits for.
public struct ShortList<Element> {
    @usableFromInline var first: Element
    @usableFromInline var others: [Element]
    public let count: Int

    /// - Parameter count: 0 or more.
    @inlinable
    public init(repeating element: Element, count: Int) {
        first = element
        others = Array(repeating: element, count: max(0, count - 1))
        self.count = count
    }

    /// The element at `place`, which must be in `0..<count`.
    @inlinable
    public subscript(place: Int) -> Element {
        @inline(__always) get { place == 0 ? first : others[place - 1] }
        @inline(__always) set {
            if place == 0 { first = newValue } else { others[place - 1] = newValue }
        }
    }

    /// The places of all of them, in order.
    @inlinable public var indices: Range<Int> { 0..<count }

    /// All of them, in order.
    @inlinable public var elements: [Element] { indices.map { self[$0] } }
}

extension ShortList: Sendable where Element: Sendable {}
