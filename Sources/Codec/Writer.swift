/// Appends values to an array, for messages that are small or rare. The hot path writes into its own memory.
public struct Writer: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    public mutating func byte(_ value: UInt8) {
        bytes.append(value)
    }

    /// Appends a big-endian integer of fixed width.
    @inlinable
    public mutating func integer<T: FixedWidthInteger>(_ value: T) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe append(all: $0) }
    }

    @usableFromInline
    mutating func append(all more: UnsafeRawBufferPointer) {
        unsafe bytes.append(contentsOf: more)
    }

    /// Appends an unsigned LEB128 in its shortest form.
    public mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    public mutating func append(_ more: some Sequence<UInt8>) {
        bytes.append(contentsOf: more)
    }

    /// Appends `varint(count) ‖ bytes`.
    public mutating func lengthPrefixed(_ more: some Collection<UInt8>) {
        varint(UInt64(more.count))
        bytes.append(contentsOf: more)
    }
}

/// How many bytes `value` takes as a varint; `1...10`.
@inlinable
public func varintLength(_ value: UInt64) -> Int {
    value < 0x80 ? 1 : (70 - value.leadingZeroBitCount) / 7
}
