/// First in, first out, in memory that is allocated while it fills for the first time and then kept.
@usableFromInline
struct RingBuffer<Element> {
    @usableFromInline var slots: [Element?] = []
    @usableFromInline var head = 0
    @usableFromInline var count = 0

    @inlinable
    init() {}

    @inlinable
    mutating func append(_ element: consuming Element) {
        if count == slots.count { grow() }
        let end = head + count
        slots[end < slots.count ? end : end - slots.count] = consume element
        count += 1
    }

    @inlinable
    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = slots[head].take()
        head = head + 1 < slots.count ? head + 1 : 0
        count -= 1
        return element
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
