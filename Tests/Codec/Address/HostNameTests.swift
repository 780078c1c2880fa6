import ConclaveCodec
import Testing

@Suite struct HostNameTests {
    static let longestLabel = String(repeating: "a", count: 63)

    @Test(arguments: ["a", "A-1", "xn--bcher-kva.example", "1.2.3.4", longestLabel, longest(253)])
    func `a name within the rules is kept as it is`(text: String) throws {
        #expect(try HostName(text).description == text)
        #expect(try HostName(decoding: HostName(text).encoded).description == text)
    }

    @Test(arguments: [
        "", ".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "a_b", "a b", "a\0", "bücher", "a/b", "a:1",
        longestLabel + "a",
        longest(254),
    ]) func `any other name is refused`(text: String) {
        #expect(throws: DecodeError.malformedText) { try HostName(text) }
    }

    @Test func `bytes that are no text are refused`() {
        #expect(throws: DecodeError.malformedText) { try HostName(decoding: [2, 0x61, 0xFF]) }
        #expect(throws: DecodeError.malformedText) { try HostName(decoding: [0]) }
    }

    @Test func `a length above the limit is refused before anything is read`() {
        #expect(throws: DecodeError.aboveLimit(value: 254, limit: 253)) {
            try HostName(decoding: [0xFE, 0x01])
        }
    }

    /// A name of so many characters in labels of at most 63.
    private static func longest(_ count: Int) -> String {
        String((0..<count).map { $0 % 50 == 49 && $0 != count - 1 ? "." : "a" })
    }
}
