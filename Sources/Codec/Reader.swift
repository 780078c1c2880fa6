/// Reads values from borrowed bytes. Never copies them, never reads past them, never traps on what they
/// hold.
public struct Reader: ~Copyable, ~Escapable {
    @usableFromInline var rest: RawSpan

    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        rest = bytes
    }

    /// Bytes not read yet.
    @inlinable public var remaining: Int { rest.byteCount }

    /// Reads one byte.
    @inlinable
    public mutating func byte() throws(DecodeError) -> UInt8 {
        guard rest.byteCount > 0 else { throw .truncated(missing: 1) }  // I7
        let value = unsafe rest.unsafeLoad(fromUncheckedByteOffset: 0, as: UInt8.self)
        rest = unsafe rest.extracting(unchecked: 1..<rest.byteCount)
        return value
    }

    /// Reads a big-endian integer of fixed width.
    @inlinable
    public mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type = T.self)
        throws(DecodeError) -> T
    {
        let width = T.bitWidth / 8
        guard rest.byteCount >= width else { throw .truncated(missing: width - rest.byteCount) }  // I7
        let value = unsafe rest.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: T.self)
        rest = unsafe rest.extracting(unchecked: width..<rest.byteCount)
        return T(bigEndian: value)
    }

    /// Reads an unsigned LEB128 of at most `limit`, five bytes long at most. Only the shortest form is
    /// accepted.
    @inlinable
    public mutating func varint32(limit: UInt32 = .max) throws(DecodeError) -> UInt32 {
        if rest.byteCount > 0 {  // nearly always one byte
            let first = unsafe rest.unsafeLoad(fromUncheckedByteOffset: 0, as: UInt8.self)
            if first < 0x80, first <= limit {
                rest = unsafe rest.extracting(unchecked: 1..<rest.byteCount)
                return UInt32(first)
            }
        }
        let value = try longVarint(bits: 32)
        guard value <= limit else { throw .aboveLimit(value: value, limit: UInt64(limit)) }
        return UInt32(truncatingIfNeeded: value)
    }

    /// Reads an unsigned LEB128 of at most ten bytes. Only the shortest form is accepted.
    @inlinable
    public mutating func varint64() throws(DecodeError) -> UInt64 {
        if rest.byteCount > 0 {  // nearly always one byte
            let first = unsafe rest.unsafeLoad(fromUncheckedByteOffset: 0, as: UInt8.self)
            if first < 0x80 {
                rest = unsafe rest.extracting(unchecked: 1..<rest.byteCount)
                return UInt64(first)
            }
        }
        return try longVarint(bits: 64)
    }

    @usableFromInline
    mutating func longVarint(bits: Int) throws(DecodeError) -> UInt64 {
        var value: UInt64 = 0
        var shift = 0
        while true {
            let next = try byte()
            let part = UInt64(next & 0x7F)
            if shift > 0, next == 0 { throw .nonCanonicalVarint }
            if bits - shift < 7, part >> UInt64(bits - shift) != 0 { throw .varintOverflow }
            value |= part << UInt64(shift)
            if next < 0x80 { return value }
            shift += 7
            if shift >= bits { throw .nonCanonicalVarint }
        }
    }

    /// Takes the next `count` bytes without copying them.
    @inlinable
    @_lifetime(copy self)
    public mutating func take(_ count: Int) throws(DecodeError) -> RawSpan {
        guard count >= 0, count <= rest.byteCount else {
            throw .truncated(missing: count < 0 ? 0 : count - rest.byteCount)
        }
        let taken = unsafe rest.extracting(unchecked: 0..<count)
        rest = unsafe rest.extracting(unchecked: count..<rest.byteCount)
        return taken
    }

    /// Takes the next `count` bytes as an array of their own.
    public mutating func array(_ count: Int) throws(DecodeError) -> [UInt8] {
        let span = try take(count)
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            unsafe span.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
            }
            initialized = count
        }
    }

    /// Reads `varint(n) ‖ n bytes`, n at most `limit`.
    public mutating func lengthPrefixed(limit: UInt32) throws(DecodeError) -> [UInt8] {
        try array(Int(varint32(limit: limit)))
    }

    /// The value must end here.
    @inlinable
    public func finish() throws(DecodeError) {
        guard rest.byteCount == 0 else { throw .trailingBytes(rest.byteCount) }
    }
}
