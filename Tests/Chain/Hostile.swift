import ConclaveCodec
import Testing

/// Bytes that a stranger made out of good ones.
enum Hostile {
    /// Every truncation of `value`'s encoding is refused, as is a byte more; every flipped bit is refused or
    /// gives another value, whose one encoding it is.
    static func check<Value: WireValue & Hashable>(
        _ value: Value, _ location: SourceLocation = #_sourceLocation
    ) {
        check(
            value.encoded, is: value, read: { (bytes) throws(DecodeError) in try Value(decoding: bytes) },
            write: \.encoded, location)
    }

    static func check<Value: Hashable>(
        _ bytes: [UInt8], is value: Value, read: ([UInt8]) throws(DecodeError) -> Value,
        write: (Value) -> [UInt8], _ location: SourceLocation = #_sourceLocation
    ) {
        #expect((try? read(bytes)) == value, sourceLocation: location)
        for count in 0..<bytes.count {
            #expect(throws: DecodeError.self, sourceLocation: location) {
                try read(Array(bytes.prefix(count)))
            }
        }
        #expect(throws: DecodeError.self, sourceLocation: location) { try read(bytes + [0]) }
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let other = try? read(flipped) else { continue }
            #expect(other != value, "bit \(bit)", sourceLocation: location)
            #expect(write(other) == flipped, "bit \(bit)", sourceLocation: location)
        }
    }
}
