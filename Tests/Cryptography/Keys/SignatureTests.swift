import ConclaveCodec
import ConclaveCryptography
import Testing

@Suite struct SignatureTests {
    @Test func `it is read from exactly 64 bytes, and written as the same`() throws {
        for count in 0...70 {
            #expect((Signature([UInt8](repeating: 1, count: count)) != nil) == (count == 64))
        }
        let bytes = (0..<64).map { UInt8($0) }
        let signature = try #require(Signature(bytes))
        #expect(signature.encoded == bytes)
        #expect(try Signature(decoding: bytes) == signature)
        #expect(throws: DecodeError.truncated(missing: 1)) {
            try Signature(decoding: Array(bytes.dropLast()))
        }
    }
}
