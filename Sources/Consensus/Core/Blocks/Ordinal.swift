public import ConclaveCodec

/// A place in a row that is counted upwards. Arithmetic stops at both ends: a number that a stranger wrote
/// must not trap the process.
public protocol Ordinal: Hashable, Comparable, WireValue, CustomStringConvertible,
    ExpressibleByIntegerLiteral
{
    var number: UInt64 { get }

    init(_ number: UInt64)
}

extension Ordinal {
    public init(integerLiteral value: UInt64) { self.init(value) }

    public init(from reader: inout Reader) throws(DecodeError) { self.init(try reader.integer()) }

    public func encode(into writer: inout Writer) { writer.integer(number) }

    public var description: String { String(number) }

    /// The one behind; the last one has itself behind it.
    public var next: Self { advanced(by: 1) }

    public func advanced(by count: UInt64) -> Self {
        let (sum, overflow) = number.addingReportingOverflow(count)
        return Self(overflow ? .max : sum)
    }

    /// `count` places before this one, or the first.
    public func lowered(by count: UInt64) -> Self { Self(number > count ? number - count : 0) }

    /// How many places this one lies behind `other`; 0 if it does not.
    public func distance(above other: Self) -> UInt64 {
        number > other.number ? number - other.number : 0
    }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
