/// The 96-bit nonce of one record: a little-endian number. Records count in its lower 64 bits.
package struct RecordNonce: Sendable {
    package static let byteCount = 12

    package let low: UInt64
    package let high: UInt32

    package init(counter: UInt64) {
        low = counter
        high = 0
    }

    /// The nonce that published vectors name; nil unless there are twelve bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        low = bytes[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        high = bytes[8...].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
