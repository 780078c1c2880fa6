import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import Testing

@Suite struct PublicKeyTests {
    @Test func `it is read from exactly 32 bytes, and written as the same`() throws {
        for count in 0...40 {
            let key = PublicKey([UInt8](repeating: 1, count: count))
            #expect((key != nil) == (count == 32))
        }
        let bytes = (0..<32).map { UInt8($0 * 8) }
        let key = try #require(PublicKey(bytes))
        #expect(key.bytes == bytes && key.encoded == bytes)
        #expect(try PublicKey(decoding: bytes) == key)
        #expect(key.description == Hex.text(bytes) && key.short == "00081018")
    }

    @Test func `keys are ordered as their bytes are`() throws {
        var random = SplitMix64(seed: 5)
        let keys = try (0..<200).map { _ in
            // Few values, so that many keys begin alike.
            try #require(PublicKey((0..<32).map { _ in UInt8.random(in: 0...1, using: &random) * 0x80 }))
        }
        for left in keys {
            for right in keys {
                #expect((left < right) == left.bytes.lexicographicallyPrecedes(right.bytes))
                #expect((left == right) == (left.bytes == right.bytes))
            }
        }
    }

    @Test func `A35 a difference in any bit is a difference`() throws {
        let bytes = [UInt8](repeating: 0x55, count: 32)
        let key = try #require(PublicKey(bytes))
        for bit in 0..<256 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(PublicKey(changed) != key)
        }
    }
}
