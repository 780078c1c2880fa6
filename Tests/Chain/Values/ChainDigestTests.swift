import ConclaveChain
import ConclaveCodec
import Testing

@Suite struct ChainDigestTests {
    @Test func `a digest has 32 bytes and the order of them`() throws {
        let small = try #require(ChainDigest(Array(repeating: 0, count: 31) + [1]))
        let large = try #require(ChainDigest([1] + Array(repeating: 0, count: 31)))
        #expect(ChainDigest.zero < small && small < large)
        #expect(large.bytes == [1] + Array(repeating: 0, count: 31))
        #expect(small.description == String(repeating: "0", count: 63) + "1")
        #expect(ChainDigest(Array(repeating: 0, count: 31)) == nil)
        #expect(ChainDigest(Array(repeating: 0, count: 33)) == nil)
    }
}
