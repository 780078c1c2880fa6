import ConclaveChain
import ConclaveCodec
import Testing

@Suite struct BodyTests {
    let terms = Town.terms()

    @Test func `hostile bytes are an error or another body`() throws {
        let transactions = [
            Town.signed(0, nonce: 0, .unbond(amount: 1)), Town.signed(1, nonce: 3, .bond(amount: 2, nil)),
        ]
        let body = Body(transactions)
        Hostile.check(
            body.bytes, is: body,
            read: { (bytes) throws(DecodeError) in try Body(decoding: bytes, within: terms) }, write: \.bytes)
        Hostile.check(
            Body([]).bytes, is: Body([]),
            read: { (bytes) throws(DecodeError) in try Body(decoding: bytes, within: terms) }, write: \.bytes)
    }

    @Test func `a body beyond the bounds is refused before it is read`() {
        let body = Body((0..<9).map { Town.signed(0, nonce: $0, .unbond(amount: 1)) })
        let short = Town.terms(bodyBytesMax: body.bytes.count - 1)
        #expect(throws: DecodeError.aboveLimit(value: 1_180, limit: 1_179)) {
            try Body(decoding: body.bytes, within: short)
        }
        #expect(throws: DecodeError.aboveLimit(value: 9, limit: 8)) {
            try Body(decoding: body.bytes, within: Town.terms(transactionsMax: 8))
        }
        #expect(throws: DecodeError.self) {
            try Body(decoding: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], within: Town.terms(transactionsMax: .max))
        }
    }

    @Test func `the root of a sample stays what it is`() {
        #expect("\(Body([]).root)" == "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213")
        #expect(
            "\(Body([Town.signed(0, nonce: 0, .unbond(amount: 1))]).root)"
                == "7e037399a66ff800ce5db2212f24fda587d750a1aa30630d98c5b13a346ca7a8")
    }
}
