import ConclaveCryptography
import Testing

@Suite struct RecordNonceTests {
    @Test func `twelve bytes are a little-endian number, no other count is a nonce`() throws {
        let nonce = try #require(RecordNonce([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))
        #expect(nonce.low == 0x0807_0605_0403_0201 && nonce.high == 0x0C0B_0A09)
        for count in 0...20 where count != 12 {
            #expect(RecordNonce([UInt8](repeating: 1, count: count)) == nil)
        }
    }

    @Test func `a record's number fills the lower part`() {
        let nonce = RecordNonce(counter: .max)
        #expect(nonce.low == .max && nonce.high == 0)
    }
}
