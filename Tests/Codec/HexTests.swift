import ConclaveCodec
import Testing

@Suite struct HexTests {
    @Test func `every byte is written in lower case and read in either`() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Hex.text([0x00, 0x9A, 0xFF]) == "009aff")
        #expect(Hex.bytes(Hex.text(bytes)) == bytes)
        #expect(Hex.bytes(Hex.text(bytes).uppercased()) == bytes)
        #expect(Hex.bytes("") == [])
    }

    @Test(arguments: ["0", "abc", "0g", "g0", "0x", " 0", "+1", "é", "٠٠"])
    func `anything else is refused`(text: String) {
        #expect(Hex.bytes(text) == nil)
    }
}
