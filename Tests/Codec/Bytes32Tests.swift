import ConclaveCodec
import Testing

@Suite struct Bytes32Tests {
    struct Name: Bytes32Value {
        let bytes32: Bytes32

        init(_ bytes32: Bytes32) { self.bytes32 = bytes32 }
    }

    static let counting = Array(UInt8(0)..<32)

    @Test func `the bytes come back as they were given`() throws {
        let name = try #require(Name(Self.counting))
        #expect(name.bytes == Self.counting && name.encoded == Self.counting)
        #expect(try Name(decoding: Self.counting) == name)
        #expect(name.description.hasPrefix("00010203") && name.description.count == 64)
        #expect(name.bytes32.firstWord == 0x0001_0203_0405_0607)
    }

    @Test(arguments: [0, 31, 33]) func `any other number of bytes is none`(count: Int) {
        #expect(Name([UInt8](repeating: 1, count: count)) == nil)
    }

    @Test func `the first byte that differs decides the order, whatever its top bit`() throws {
        for place in 0..<32 {
            var low = Self.counting, high = Self.counting
            (low[place], high[place]) = (0x7F, 0x80)
            if place < 31 { (low[31], high[31]) = (0xFF, 0x00) }
            let (left, right) = (try #require(Name(low)), try #require(Name(high)))
            #expect(left < right && !(right < left) && left != right)
            #expect(Set([left, right, left]).count == 2)
        }
    }

    @Test func `zero is the least`() throws {
        #expect(Bytes32.zero.encoded == [UInt8](repeating: 0, count: 32))
        #expect(try Bytes32.zero < #require(Bytes32(Self.counting)))
    }
}
