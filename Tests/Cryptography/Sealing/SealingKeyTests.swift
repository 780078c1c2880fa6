import ConclaveCryptography
import Testing

@Suite struct SealingKeyTests {
    let key = [UInt8](repeating: 9, count: 32)

    @Test func `the same bytes are never sealed alike twice`() throws {
        var sealing = SealingKey(key: key)
        var seen: Set<[UInt8]> = []
        for _ in 0..<1_000 { seen.insert(try sealing.sealed([1, 2, 3, 4, 5, 6, 7, 8])) }
        #expect(seen.count == 1_000)
    }

    @Test func `the counter continues where it is told to begin`() throws {
        var fromZero = SealingKey(key: key), fromTwo = SealingKey(key: key, counter: 2)
        _ = try fromZero.sealed([1])
        _ = try fromZero.sealed([1])
        #expect(try fromZero.sealed([1]) == fromTwo.sealed([1]))
    }

    @Test func `A2 a sealing key ends before its counter wraps, and touches nothing`() throws {
        var sealing = SealingKey(key: key, counter: .max - 2)
        _ = try sealing.sealed([1])
        _ = try sealing.sealed([1])
        var record: [UInt8] = [1] + [UInt8](repeating: 0, count: SealingKey.overhead)
        for _ in 0..<2 {
            #expect(throws: NonceExhausted.self) {
                try unsafe record.withUnsafeMutableBytes { bytes in
                    guard let start = bytes.baseAddress else { return }
                    try unsafe sealing.seal(start, count: 1)
                }
            }
        }
        #expect(record == [1] + [UInt8](repeating: 0, count: SealingKey.overhead))
    }

    @Test func `an empty record is a tag alone`() throws {
        var sealing = SealingKey(key: key), opening = OpeningKey(key: key)
        let record = try sealing.sealed([])
        #expect(record.count == SealingKey.overhead)
        #expect(try opening.opened(record) == [])
    }

    @Test func `nothing beyond the tag is written`() throws {
        var sealing = SealingKey(key: key)
        for count in [0, 1, 63, 64, 127, 128, 2_047, 2_048, 2_049, 2_112, 4_095, 65_408] {
            var memory = [UInt8](repeating: 0xAA, count: count + SealingKey.overhead + 64)
            try unsafe memory.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                try unsafe sealing.seal(start, count: count)
            }
            #expect(memory.suffix(64).allSatisfy { $0 == 0xAA })
        }
    }
}
