/// An input read as choices, one after the other; zeros once it is used up, so that there is always an
/// answer.
package struct Choices {
    private let input: [UInt8]
    private var position = 0
    /// Numbers drawn after the end, so that they differ: drawing below a limit tries again where a number
    /// is of no use.
    private var drawn: UInt16 = 0

    package init(_ input: [UInt8]) {
        self.input = input
    }

    /// Whether nothing is left to choose from: the moment to stop.
    package var isEmpty: Bool { position >= input.count }

    /// Bytes that are left.
    package var remaining: Int { input.count - position }

    package mutating func byte() -> UInt8 {
        guard position < input.count else { return 0 }
        defer { position += 1 }
        return input[position]
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
        let end = min(input.count, position + limit)
        defer { position = end }
        return Array(input[position..<end])
    }

    /// Everything that is left.
    package mutating func rest() -> [UInt8] { bytes(atMost: remaining) }

    /// A seed for what need not be chosen bit by bit, such as the contents of a long message.
    package mutating func seed() -> UInt64 { UInt64(integer(UInt16.self)) }
}

/// For what draws its choices from a generator: two bytes of the input decide the upper bits of each
/// number, which are those that count.
extension Choices: RandomNumberGenerator {
    package mutating func next() -> UInt64 {
        if isEmpty { drawn &+= 1 }
        return UInt64(integer(UInt16.self) &+ drawn) << 48 | 0x9E37_79B9_7F4A
    }
}
