import ConclaveCryptography
import Testing

@Suite struct OpeningKeyTests {
    let key = [UInt8](repeating: 9, count: 32)

    @Test func `a record that does not open leaves the counter where it was`() throws {
        var sealing = SealingKey(key: key), opening = OpeningKey(key: key)
        let record = try sealing.sealed([1, 2, 3])
        for _ in 0..<3 {
            #expect(throws: CryptoFault.forged) { try opening.opened([UInt8](repeating: 0, count: 19)) }
        }
        #expect(try opening.opened(record) == [1, 2, 3])
    }

    @Test func `no bit may be flipped`() throws {
        var sealing = SealingKey(key: key)
        let record = try sealing.sealed([1, 2, 3])
        for bit in 0..<record.count * 8 {
            var changed = record
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CryptoFault.forged) { try Self.opened(changed, key: key) }
        }
        #expect(try Self.opened(record, key: key) == [1, 2, 3])
    }

    @Test func `a record cut anywhere does not open`() throws {
        var sealing = SealingKey(key: key)
        let record = try sealing.sealed([UInt8](repeating: 5, count: 40))
        for count in SealingKey.overhead..<record.count {
            #expect(throws: CryptoFault.forged) { try Self.opened(Array(record.prefix(count)), key: key) }
        }
    }

    @Test(arguments: [[], [0], [0, 1]] as [[Int]], 0..<4)
    func `after some records only the next one opens`(before: [Int], number: Int) throws {
        var sealing = SealingKey(key: key), opening = OpeningKey(key: key)
        let records = try (0..<4).map { try sealing.sealed([UInt8($0)]) }
        for earlier in before { #expect(try opening.opened(records[earlier]) == [UInt8(earlier)]) }
        let opened = try? opening.opened(records[number])
        #expect(opened == (number == before.count ? [UInt8(number)] : nil))
    }

    @Test func `a record under another key does not open`() throws {
        var sealing = SealingKey(key: key)
        let record = try sealing.sealed([1])
        #expect(throws: CryptoFault.forged) { try Self.opened(record, key: [UInt8](repeating: 8, count: 32)) }
    }

    @Test func `what does not open leaves zeros, not a plaintext that nobody vouches for`() throws {
        var sealing = SealingKey(key: key), opening = OpeningKey(key: key)
        var record = try sealing.sealed([1, 2, 3])
        record[18] ^= 1
        var plaintext: [UInt8] = [7, 7, 7]
        #expect(throws: CryptoFault.forged) {
            try unsafe record.withUnsafeBytes { source in
                try unsafe plaintext.withUnsafeMutableBytes { target in
                    guard let source = source.baseAddress, let target = target.baseAddress else { return }
                    try unsafe opening.open(source, count: 3, into: target)
                }
            }
        }
        #expect(plaintext == [0, 0, 0])
    }

    @Test func `A2 the last nonce is not used`() throws {
        var sealing = SealingKey(key: key, counter: .max - 1),
            opening = OpeningKey(key: key, counter: .max - 1)
        let record = try sealing.sealed([1])
        #expect(try opening.opened(record) == [1])
        #expect(throws: CryptoFault.nonceExhausted) { try opening.opened(record) }
    }

    private static func opened(_ record: [UInt8], key: [UInt8]) throws -> [UInt8] {
        var opening = OpeningKey(key: key)
        return try opening.opened(record)
    }
}
