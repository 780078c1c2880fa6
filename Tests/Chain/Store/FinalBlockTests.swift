import ConclaveChain
import Testing

@Suite struct FinalBlockTests {
    @Test func `hostile bytes are an error or another header or place`() throws {
        Hostile.check(
            try #require(StoredHeader(header: [1, 2, 3], certificate: Array(repeating: 7, count: 200))))
        Hostile.check(try #require(StoredHeader(header: [], certificate: [])))
        Hostile.check(TransactionPlace(height: 7, index: 300))
    }

    @Test func `a header that is too long is none`() {
        let most = Array(repeating: UInt8(1), count: Int(StoredHeader.bytesMax))
        #expect(StoredHeader(header: most, certificate: most) != nil)
        #expect(StoredHeader(header: most + [1], certificate: []) == nil)
        #expect(StoredHeader(header: [], certificate: most + [1]) == nil)
    }
}
