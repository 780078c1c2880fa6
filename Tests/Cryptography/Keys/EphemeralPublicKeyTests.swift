import ConclaveCodec
import ConclaveCryptography
import Testing

@Suite struct EphemeralPublicKeyTests {
    /// Little-endian numbers around 2^255 − 19, and the unused top bit.
    @Test func `A3 the one encoding ends below 2^255 − 19`() throws {
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

    /// The points of small order on the curve and on its twist, each in every encoding of 32 bytes.
    static let lowOrder = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]

    @Test(arguments: lowOrder) func `A3 a point of low order is refused, with the top bit and without`(
        hex: String
    ) throws {
        var bytes = try #require(Hex.bytes(hex))
        #expect(!isUsed(try #require(EphemeralPublicKey(bytes))))
        bytes[31] |= 0x80
        #expect(!isUsed(try #require(EphemeralPublicKey(bytes))))
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
