import ConclaveCodec
import Testing

/// What holds for everything that is read from bytes of strangers: it comes back from its own bytes, none of
/// their beginnings is taken for it, and whatever a flipped bit makes of it is refused or has those very
/// bytes.
func checkHostile<Value>(
    _ bytes: [UInt8], read: ([UInt8]) throws -> Value, write: (Value) -> [UInt8],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect((try? read(bytes)).map(write) == bytes, sourceLocation: sourceLocation)
    for length in 0..<bytes.count {
        #expect(
            (try? read(Array(bytes.prefix(length)))) == nil, "\(length) bytes", sourceLocation: sourceLocation
        )
    }
    #expect((try? read(bytes + [0])) == nil, sourceLocation: sourceLocation)
    for bit in 0..<bytes.count * 8 {
        var changed = bytes
        changed[bit / 8] ^= 1 << UInt8(bit % 8)
        guard let value = try? read(changed) else { continue }
        #expect(write(value) == changed, "bit \(bit)", sourceLocation: sourceLocation)
    }
}

func checkHostile<Value: WireValue>(
    _ value: Value, sourceLocation: SourceLocation = #_sourceLocation
) {
    checkHostile(
        value.encoded, read: { try Value(decoding: $0) }, write: { $0.encoded },
        sourceLocation: sourceLocation)
}
