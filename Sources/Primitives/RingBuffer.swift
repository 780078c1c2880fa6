/// First in, first out, in memory that is allocated while it fills and then kept.
///
/// What is taken out is let go of at once: a queue that is never empty must not keep all that ever passed it.
public struct RingBuffer<Element> {
    /// The first element; who never has two waiting needs no memory.
    @usableFromInline var front: Element?
    /// Those behind it.
    @usableFromInline var slots: [Element?] = []
    // Half as wide as `Int`: each of thousands of links has fourteen of these queues, and no queue holds four
    // thousand million elements.
    @usableFromInline var narrowHead: UInt32 = 0
    @usableFromInline var narrowCount: UInt32 = 0

    @inlinable var head: Int {
        get { Int(narrowHead) }
        set { narrowHead = UInt32(truncatingIfNeeded: newValue) }
    }

    @inlinable var waiting: Int {
        get { Int(narrowCount) }
        set { narrowCount = UInt32(truncatingIfNeeded: newValue) }
    }

    /// Elements that wait.
    @inlinable public var count: Int { waiting }

    @inlinable
    public init() {}

    @inlinable public var isEmpty: Bool { count == 0 }
    @inlinable public var first: Element? { front }
    @inlinable public var last: Element? { count == 0 ? nil : self[count - 1] }

    /// The element `offset` behind the first, which must be in `0..<count`.
    @inlinable
    public subscript(offset: Int) -> Element? {
        guard offset > 0 else { return front }
        let place = head + offset - 1
        return slots[place < slots.count ? place : place - slots.count]
    }

    @inlinable
    public mutating func append(_ element: consuming Element) {
        defer { waiting += 1 }
        guard waiting > 0 else {
            front = consume element
            return
        }
        if waiting > slots.count { grow() }
        let end = head + waiting - 1
        slots[end < slots.count ? end : end - slots.count] = consume element
    }

    @inlinable
    public mutating func popFirst() -> Element? {
        guard waiting > 0 else { return nil }
        waiting -= 1
        guard waiting > 0 else {
            head = 0
            return front.take()
        }
        let element = front.take()
        front = slots[head].take()
        head = head + 1 < slots.count ? head + 1 : 0
        return element
    }

    /// Puts `element` in the place of the first; there is one.
    @inlinable
    public mutating func replaceFirst(by element: consuming Element) {
        precondition(waiting > 0, "nothing waits that could be replaced")
        front = consume element
    }

    /// Moves everything from `other` to the end; nothing is copied when this buffer is empty.
    @inlinable
    public mutating func takeAll(from other: inout RingBuffer) {
        if isEmpty {
            swap(&self, &other)
        } else {
            while let element = other.popFirst() { append(element) }
        }
    }

    /// Gives the memory back if a flood has made it larger than `capacity` elements; only while empty.
    @inlinable
    public mutating func shrink(above capacity: Int) {
        guard isEmpty, slots.count > capacity else { return }
        slots = []
        head = 0
    }

    /// Twice the room, or eight at first.
    @usableFromInline
    mutating func grow() {
        var larger: [Element?] = []
        larger.reserveCapacity(max(8, slots.count * 2))
        larger.append(contentsOf: slots[head...])
        larger.append(contentsOf: slots[..<head])
        while larger.count < max(8, slots.count * 2) { larger.append(nil) }
        slots = larger
        head = 0
    }
}

extension RingBuffer: Sendable where Element: Sendable {}
