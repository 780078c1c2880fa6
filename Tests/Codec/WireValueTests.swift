import ConclaveCodec
import Testing

@Suite struct WireValueTests {
    struct Pair: WireValue, Equatable {
        let first: UInt8
        let second: UInt16

        init(first: UInt8, second: UInt16) {
            self.first = first
            self.second = second
        }

        init(from reader: inout Reader) throws(DecodeError) {
            first = try reader.byte()
            second = try reader.integer()
        }

        func encode(into writer: inout Writer) {
            writer.byte(first)
            writer.integer(second)
        }
    }

    @Test func `a value fills its bytes to the last one`() throws {
        let pair = Pair(first: 1, second: 2)
        #expect(pair.encoded == [1, 0, 2])
        #expect(try Pair(decoding: [1, 0, 2]) == pair)
        #expect(throws: DecodeError.truncated(missing: 1)) { try Pair(decoding: [1, 0]) }
        #expect(throws: DecodeError.trailingBytes(1)) { try Pair(decoding: [1, 0, 2, 0]) }
    }
}
