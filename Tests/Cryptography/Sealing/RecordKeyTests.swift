import ConclaveCryptography
import Testing

/// Records on both sides of the length at which the other library takes over.
@Suite struct RecordKeyTests {
    let key = [UInt8](repeating: 9, count: 32)

    @Test func `a record is the same whichever library seals it, and opens`() throws {
        var sealing = SealingKey(key: key), opening = OpeningKey(key: key)
        let cipher = RecordCipher(key: key, direction: .sealing)
        for count in 0..<520 {
            let plaintext = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            var record = plaintext + [UInt8](repeating: 0, count: SealingKey.overhead)
            unsafe record.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                cipher.start(RecordNonce(counter: UInt64(count)))
                unsafe cipher.update(start, start, count: count)
                unsafe cipher.finish(writing: start + count)
            }
            #expect(try sealing.sealed(plaintext) == record, "\(count) bytes")
            #expect(try opening.opened(record) == plaintext, "\(count) bytes")
        }
    }

    @Test func `long and short records may follow each other in any order`() throws {
        var sealing = SealingKey(key: key), opening = OpeningKey(key: key)
        for count in [448, 449, 0, 65_408, 1, 192, 450, 193, 447] {
            let plaintext = [UInt8](repeating: 3, count: count)
            #expect(try opening.opened(try sealing.sealed(plaintext)) == plaintext)
        }
    }

    @Test func `nothing is touched behind a record or a plaintext`() throws {
        for count in 0..<500 {
            var sealing = SealingKey(key: key), opening = OpeningKey(key: key)
            let record = try sealing.sealed([UInt8](repeating: 3, count: count))
            var sealed = [UInt8](repeating: 3, count: count) + [UInt8](repeating: 7, count: 32)
            var plaintext = [UInt8](repeating: 7, count: count + 16)
            sealing = SealingKey(key: key)
            try unsafe sealed.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                try unsafe sealing.seal(start, count: count)
                try unsafe plaintext.withUnsafeMutableBytes { target in
                    guard let target = target.baseAddress else { return }
                    try unsafe opening.open(start, count: count, into: target)
                }
            }
            #expect(sealed == record + [UInt8](repeating: 7, count: 16), "\(count) bytes")
            let wanted = [UInt8](repeating: 3, count: count) + [UInt8](repeating: 7, count: 16)
            #expect(plaintext == wanted, "\(count) bytes")
        }
    }

    @Test(arguments: [1, 192, 193, 448, 449])
    func `no bit may be flipped on either side`(count: Int) throws {
        var sealing = SealingKey(key: key)
        let record = try sealing.sealed([UInt8](repeating: 5, count: count))
        for bit in stride(from: 0, to: record.count * 8, by: 3) {
            var changed = record, opening = OpeningKey(key: key)
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CryptoFault.forged) { try opening.opened(changed) }
        }
    }
}
