import ConclaveCryptography
import Testing

@Suite struct NamespaceTests {
    @Test func `an empty one is refused`() {
        #expect(throws: KeyError.emptyNamespace) { try Namespace("") }
        #expect(throws: KeyError.emptyNamespace) { try Namespace([UInt8]()) }
    }

    @Test func `a suffix follows the name`() throws {
        let stream = try Namespace("CHAT").appending("_STREAM")
        #expect(stream.bytes == Array("CHAT_STREAM".utf8))
        #expect(stream.description == "CHAT_STREAM")
        #expect(try stream == Namespace("CHAT_STREAM"))
        #expect(try stream != Namespace("CHAT"))
    }
}
