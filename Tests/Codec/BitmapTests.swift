import ConclaveCodec
import ConclavePrimitives
import Testing

@Suite struct BitmapTests {
    @Test func `bits are least significant first`() {
        var bitmap = Bitmap(count: 10)
        bitmap[0] = true
        bitmap[9] = true
        #expect(encoded(bitmap) == [0, 0, 0, 0, 0, 0, 0, 10, 0b0000_0001, 0b0000_0010])
        #expect(bitmap.population == 2)
        bitmap[0] = false
        #expect(!bitmap[0] && bitmap[9] && bitmap.population == 1)
    }

    @Test func `every number of bits is read back, and cut anywhere it is truncated`() throws {
        var random = SplitMix64(seed: 3)
        for count in 0...130 {
            var bitmap = Bitmap(count: count)
            for index in 0..<count { bitmap[index] = Bool.random(using: &random) }
            let bytes = encoded(bitmap)
            #expect(try decoded(bytes, limit: count) == bitmap)
            for cut in bytes.indices {
                #expect { try decoded(Array(bytes.prefix(cut)), limit: count) } throws: {
                    if case .truncated = $0 as? DecodeError { true } else { false }
                }
            }
        }
    }

    @Test func `any bit beyond the last one is refused`() {
        for count in 1...7 {
            for bit in count..<8 {
                let bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, UInt8(count), 1 << UInt8(bit)]
                #expect(throws: DecodeError.trailingBits) { try decoded(bytes, limit: 8) }
            }
        }
    }

    @Test(arguments: [9, 1 << 32, UInt64.max - 7, UInt64.max])
    func `more bits than the limit are refused before memory is taken`(count: UInt64) {
        var writer = Writer()
        writer.integer(count)
        #expect(throws: DecodeError.aboveLimit(value: count, limit: 8)) {
            try decoded(writer.bytes, limit: 8)
        }
    }

    @Test func `the largest limit traps nothing`() {
        var writer = Writer()
        writer.integer(UInt64(Int.max))
        #expect(throws: DecodeError.self) { try decoded(writer.bytes, limit: .max) }
    }

    private func encoded(_ bitmap: Bitmap) -> [UInt8] {
        var writer = Writer()
        bitmap.encode(into: &writer)
        return writer.bytes
    }

    private func decoded(_ bytes: [UInt8], limit: Int) throws(DecodeError) -> Bitmap {
        var reader = unsafe Reader(bytes.span.bytes)
        let bitmap = try Bitmap(from: &reader, limit: limit)
        try reader.finish()
        return bitmap
    }
}
