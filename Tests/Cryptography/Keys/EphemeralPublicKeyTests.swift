import ConclaveCodec
import ConclaveCryptography
import Testing

@Suite struct EphemeralPublicKeyTests {
    /// Little-endian numbers around 2^255 − 19, and the unused top bit.
    @Test func `the one encoding ends below 2^255 − 19`() throws {
        let ones = [UInt8](repeating: 0xFF, count: 30)
        let largest: [UInt8] = [0xEC] + ones + [0x7F]
        for (bytes, isUsable) in [
            ([0xEB] + ones + [0x7F], true),  // p − 2
            ([0xED] + ones + [0x7F], false),  // p
            ([0xFF] + ones + [0x7F], false),  // 2^255 − 1
            ([0xEB] + ones + [0xFF], false),  // p − 2 with the top bit
            ([9] + [UInt8](repeating: 0, count: 31), true),  // the base point
            ([9] + [UInt8](repeating: 0, count: 30) + [0x80], false),  // the base point with the top bit
            ([0xFF] + ones.dropLast() + [0xFE, 0x7F], true),  // far below p
            (largest, false),  // p − 1: canonical, of low order
        ] as [([UInt8], Bool)] {
            let key = try #require(EphemeralPublicKey(bytes))
            #expect(isUsed(key) == isUsable, "\(bytes)")
        }
    }

    @Test func `it is read from exactly 32 bytes`() throws {
        for count in 0...40 {
            #expect((EphemeralPublicKey([UInt8](repeating: 1, count: count)) != nil) == (count == 32))
        }
        let key = try #require(EphemeralPublicKey((0..<32).map { UInt8($0) }))
        #expect(try EphemeralPublicKey(decoding: key.encoded) == key)
        #expect(key.encoded == key.bytes)
    }

    private func isUsed(_ key: EphemeralPublicKey) -> Bool {
        do {
            _ = try EphemeralKey(secret: [UInt8](repeating: 5, count: 32)).sharedSecret(with: key)
            return true
        } catch {
            return false
        }
    }
}
