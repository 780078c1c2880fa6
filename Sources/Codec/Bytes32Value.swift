/// A value that is 32 bytes and nothing else, with a type of its own so that a key is never taken for a hash.
public protocol Bytes32Value: Hashable, Comparable, CustomStringConvertible, WireValue {
    var bytes32: Bytes32 { get }

    init(_ bytes32: Bytes32)
}

extension Bytes32Value {
    @inlinable public static var byteCount: Int { Bytes32.byteCount }

    /// Nil unless there are exactly 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard let bytes32 = Bytes32(bytes) else { return nil }
        self.init(bytes32)
    }

    @inlinable
    public init(from reader: inout Reader) throws(DecodeError) {
        self.init(try Bytes32(from: &reader))
    }

    @inlinable
    public func encode(into writer: inout Writer) {
        bytes32.encode(into: &writer)
    }

    public var bytes: [UInt8] { encoded }

    /// 64 hexadecimal digits.
    public var description: String { Hex.text(bytes) }

    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.bytes32 < right.bytes32 }
}
