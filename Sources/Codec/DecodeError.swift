/// Why bytes from outside are not what they should be. Always the fault of whoever sent them.
public enum DecodeError: Error, Hashable, Sendable {
    /// The input ends before the value does; `missing` more bytes are needed at least.
    case truncated(missing: Int)
    /// A varint in a longer form than the shortest, or of more bytes than its width allows.
    case nonCanonicalVarint
    /// A varint larger than its width.
    case varintOverflow
    /// A length or count above the receiver's own limit.
    case aboveLimit(value: UInt64, limit: UInt64)
    /// A number below the least that makes sense.
    case belowLimit(value: UInt64, limit: UInt64)
    /// Numbers that are not in ascending order.
    case notAscending
    /// A tag, flag or kind that has no meaning here.
    case unknownTag(UInt8)
    /// Unused bits that are not zero.
    case trailingBits
    /// A host name, address or other text that breaks its rules.
    case malformedText
    /// Bytes are left after the value.
    case trailingBytes(Int)
}
