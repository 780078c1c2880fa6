import ConclaveCodec
import Testing

@Suite struct WriterTests {
    @Test func `values stand one behind the other`() {
        var writer = Writer(capacity: 16)
        writer.byte(1)
        writer.integer(UInt16(0x0203))
        writer.integer(Int8(-1))
        writer.varint(300)
        writer.append([9, 9])
        writer.lengthPrefixed([7])
        #expect(writer.bytes == [1, 2, 3, 0xFF, 0xAC, 0x02, 9, 9, 1, 7])
    }

    @Test func `the length of a varint is known without writing it`() {
        for shift in 0..<64 {
            let value = UInt64(1) << UInt64(shift)
            #expect(varintLength(value) == shift / 7 + 1)
            #expect(varintLength(value - 1) == max(1, (shift + 6) / 7))
        }
        #expect(varintLength(.max) == 10)
    }
}
