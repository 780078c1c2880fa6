import ConclaveCodec
import Testing

@Suite struct ReaderTests {
    @Test func `integers of every width are read big-endian`() throws {
        #expect(try read([1]) { (reader) throws(DecodeError) in try reader.integer(UInt8.self) } == 1)
        #expect(
            try read([1, 2]) { (reader) throws(DecodeError) in try reader.integer(UInt16.self) } == 0x102)
        #expect(
            try read([1, 2, 3, 4]) { (reader) throws(DecodeError) in try reader.integer(UInt32.self) }
                == 0x0102_0304)
        #expect(
            try read([0xFF, 0xFE]) { (reader) throws(DecodeError) in try reader.integer(Int16.self) } == -2)
    }

    @Test func `an integer cut anywhere says how much is missing`() {
        for count in 0..<8 {
            #expect(throws: DecodeError.truncated(missing: 8 - count)) {
                try read([UInt8](repeating: 0, count: count)) { (reader) throws(DecodeError) in
                    try reader.integer(UInt64.self)
                }
            }
        }
    }

    @Test(arguments: [0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 0x0FFF_FFFF, 0x1000_0000, UInt64(UInt32.max)])
    func `a varint of 32 bits is read back`(value: UInt64) throws {
        #expect(try varint32(varint(value)) == UInt32(value))
    }

    @Test func `a varint of 64 bits is read back at both ends of every length`() throws {
        for bits in stride(from: 0, through: 63, by: 7) {
            for value in [
                UInt64(1) << UInt64(bits), (UInt64(1) << UInt64(bits)) &- 1, UInt64.max >> UInt64(63 - bits),
            ] {
                #expect(try varint64(varint(value)) == value)
                #expect(varint(value).count == varintLength(value))
            }
        }
    }

    @Test func `a varint cut anywhere is truncated`() {
        let bytes = varint(.max)
        for count in bytes.indices {
            #expect(throws: DecodeError.truncated(missing: 1)) { try varint64(Array(bytes.prefix(count))) }
        }
        #expect(throws: DecodeError.truncated(missing: 1)) { try varint32([]) }
        #expect(throws: DecodeError.truncated(missing: 1)) { try varint32([0x80]) }
    }

    @Test(arguments: [[0x80, 0], [0x81, 0], [0xFF, 0x80, 0], [0x80, 0x80, 0x80, 0x80, 0]] as [[UInt8]])
    func `a longer form of a varint is refused`(bytes: [UInt8]) {
        #expect(throws: DecodeError.nonCanonicalVarint) { try varint32(bytes) }
        #expect(throws: DecodeError.nonCanonicalVarint) { try varint64(bytes) }
    }

    @Test func `a varint beyond its width is refused`() {
        #expect(throws: DecodeError.varintOverflow) { try varint32([0xFF, 0xFF, 0xFF, 0xFF, 0x10]) }
        #expect(throws: DecodeError.varintOverflow) { try varint32(varint(UInt64(UInt32.max) + 1)) }
        #expect(throws: DecodeError.nonCanonicalVarint) {
            try varint32([UInt8](repeating: 0x81, count: 5) + [1])
        }
        let nine = [UInt8](repeating: 0xFF, count: 9)
        #expect(throws: DecodeError.varintOverflow) { try varint64(nine + [0x02]) }
        #expect(throws: DecodeError.nonCanonicalVarint) { try varint64(nine + [0x81, 0x01]) }
    }

    @Test(arguments: [0, 5, 127, 128, 300] as [UInt32]) func `a varint's limit is the last value accepted`(
        limit: UInt32
    ) throws {
        #expect(try varint32(varint(UInt64(limit)), limit: limit) == limit)
        #expect(throws: DecodeError.aboveLimit(value: UInt64(limit) + 1, limit: UInt64(limit))) {
            try varint32(varint(UInt64(limit) + 1), limit: limit)
        }
    }

    @Test func `bytes are taken as often as they are there`() throws {
        let taken = try read([1, 2, 3]) { (reader) throws(DecodeError) in
            (try reader.array(0), try reader.array(2), reader.remaining, try reader.byte())
        }
        #expect(taken.0 == [] && taken.1 == [1, 2] && taken.2 == 1 && taken.3 == 3)
        #expect(throws: DecodeError.truncated(missing: 1)) {
            try read([1, 2, 3]) { (reader) throws(DecodeError) in try reader.array(4) }
        }
        #expect(throws: DecodeError.self) {
            try read([1]) { (reader) throws(DecodeError) in try reader.array(-1) }
        }
    }

    @Test func `a declared length is held against the limit before the bytes`() {
        #expect(throws: DecodeError.aboveLimit(value: 1 << 31, limit: 10)) {
            try read(varint(1 << 31) + [0]) { (reader) throws(DecodeError) in
                try reader.lengthPrefixed(limit: 10)
            }
        }
        #expect(throws: DecodeError.truncated(missing: 9)) {
            try read([10, 0]) { (reader) throws(DecodeError) in try reader.lengthPrefixed(limit: 10) }
        }
    }

    @Test func `bytes left over are refused`() throws {
        #expect(throws: DecodeError.trailingBytes(2)) {
            try read([1, 2]) { (reader) throws(DecodeError) in try reader.finish() }
        }
        try read([]) { (reader) throws(DecodeError) in try reader.finish() }
    }

    private func varint(_ value: UInt64) -> [UInt8] {
        var writer = Writer()
        writer.varint(value)
        return writer.bytes
    }

    private func varint32(_ bytes: [UInt8], limit: UInt32 = .max) throws(DecodeError) -> UInt32 {
        try read(bytes) { (reader) throws(DecodeError) in try reader.varint32(limit: limit) }
    }

    private func varint64(_ bytes: [UInt8]) throws(DecodeError) -> UInt64 {
        try read(bytes) { (reader) throws(DecodeError) in try reader.varint64() }
    }

    @discardableResult
    private func read<Value>(
        _ bytes: [UInt8], _ body: (inout Reader) throws(DecodeError) -> Value
    ) throws(DecodeError) -> Value {
        var reader = unsafe Reader(bytes.span.bytes)
        return try body(&reader)
    }
}
