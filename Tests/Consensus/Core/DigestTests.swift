import ConclaveCodec
import Testing

@testable import ConclaveConsensusCore

@Suite struct DigestTests {
    @Test func `a digest is 32 bytes in their order`() {
        #expect(Digest([1]) == nil)
        let low = Digest([UInt8](repeating: 0, count: 31) + [1]),
            high = Digest([1] + [UInt8](repeating: 0, count: 31))
        #expect(low.flatMap { low in high.map { low < $0 } } == true)
        #expect(
            Digest(of: []).description == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")
        checkHostile(Digest(of: [7]))
    }
}
