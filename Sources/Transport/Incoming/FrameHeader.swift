import ConclaveCodec

/// Reads the varint in front of a frame byte by byte, so that it may be cut anywhere by the network.
struct FrameHeader {
    private var value: UInt64 = 0
    private var shift: UInt64 = 0

    /// Takes one byte; returns the frame's length once it is known, and is ready for the next frame.
    @inline(__always)
    mutating func take(_ byte: UInt8) throws(PeerFault) -> Int? {
        if shift == 0, byte < 0x80 { return Int(byte) }
        return try takeLong(byte)
    }

    private mutating func takeLong(_ byte: UInt8) throws(PeerFault) -> Int? {
        value |= UInt64(byte & 0x7F) << shift
        shift += 7
        guard byte < 0x80 else {
            guard shift < 35 else { throw .malformed(.nonCanonicalVarint) }
            return nil
        }
        guard byte != 0 else { throw .malformed(.nonCanonicalVarint) }
        guard value <= UInt64(UInt32.max) else { throw .malformed(.varintOverflow) }
        defer { self = FrameHeader() }
        return Int(value)
    }
}
