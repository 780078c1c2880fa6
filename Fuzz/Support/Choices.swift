/// An input read as choices, one after the other; zeros once it is used up, so that there is always an answer.
package struct Choices {
    private let input: [UInt8]
    private var next = 0

    package init(_ input: [UInt8]) {
        self.input = input
    }

    /// Whether nothing is left to choose from: the moment to stop.
    package var isEmpty: Bool { next >= input.count }

    /// Bytes that are left.
    package var remaining: Int { input.count - next }

    package mutating func byte() -> UInt8 {
        guard next < input.count else { return 0 }
        defer { next += 1 }
        return input[next]
    }

    package mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) -> T {
        var value: T = 0
        for _ in 0..<(T.bitWidth / 8) { value = value << 8 | T(truncatingIfNeeded: byte()) }
        return value
    }

    /// A number in `0..<limit`, from as few bytes as that takes; `limit` is at least 1.
    package mutating func number(below limit: Int) -> Int {
        if limit <= 0x100 { return Int(byte()) % limit }
        if limit <= 0x1_0000 { return Int(integer(UInt16.self)) % limit }
        return Int(integer(UInt32.self)) % limit
    }

    /// A number in `range`.
    package mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + number(below: range.count)
    }

    /// True once in so many times.
    package mutating func once(in times: Int) -> Bool { number(below: times) == times - 1 }

    package mutating func element<Element>(of elements: [Element]) -> Element {
        elements[number(below: elements.count)]
    }

    /// The next bytes, at most so many; fewer if no more are left.
    package mutating func bytes(atMost limit: Int) -> [UInt8] {
        let end = min(input.count, next + limit)
        defer { next = end }
        return Array(input[next..<end])
    }

    /// Everything that is left.
    package mutating func rest() -> [UInt8] { bytes(atMost: remaining) }

    /// A seed for what need not be chosen bit by bit, such as the contents of a long message.
    package mutating func seed() -> UInt64 { UInt64(integer(UInt16.self)) }
}
