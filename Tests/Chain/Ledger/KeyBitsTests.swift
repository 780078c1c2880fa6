import ConclaveCodec
import ConclaveCryptography
import Testing

@testable import ConclaveChain

@Suite struct KeyBitsTests {
    @Test func `bits count from the first of the first byte`() throws {
        var bytes = [UInt8](repeating: 0, count: 32)
        for bit in 0..<256 {
            bytes[bit / 8] = 0x80 >> UInt8(bit % 8)
            let bits = KeyBits(try #require(PublicKey(bytes)))
            #expect((0..<256).filter(bits.isSet) == [bit])
            #expect(bits.common(with: .zero) == bit)
            #expect(bits.common(with: bits) == 256)
            #expect(.zero < bits)
            bytes[bit / 8] = 0
        }
    }
}
