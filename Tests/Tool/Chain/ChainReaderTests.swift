import ConclaveCodec
import Testing

@testable import ConclaveTool

@Suite struct ChainReaderTests {
    func read(_ status: Int, _ text: String) throws(Failure) -> (text: String, value: ChainSight.Sent) {
        try ChainReader.read(
            status, Array(text.utf8), from: .socket(SocketAddress(.loopback, port: 1)))
    }

    @Test func `an answer is passed on as it stands, and read`() throws {
        let (text, value) = try read(202, #"{"hash":"ab","state":"waiting"}"# + "\n")
        #expect(text == #"{"hash":"ab","state":"waiting"}"# && value.hash == "ab")
    }

    @Test(arguments: [
        (
            409, #"{"error":"amount_zero","message":"the amount is 0"}"#,
            Failure(.goalMissed, "the amount is 0 (amount_zero)")
        ),
        (
            503, #"{"error":"not_readable","message":"the node cannot read its disk"}"#,
            Failure(.unavailable, "the node cannot read its disk (not_readable)")
        ),
        (
            404, "there are /peers",
            Failure(.unavailable, "what answers at 127.0.0.1:1 is no validator's chain")
        ),
        (200, "{}", Failure(.unavailable, "what answers at 127.0.0.1:1 is no validator's chain")),
    ])
    func `a refusal is the validator's own words`(status: Int, text: String, failure: Failure) {
        #expect(throws: failure) { try read(status, text) }
    }
}
