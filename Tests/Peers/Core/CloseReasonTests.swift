import ConclavePeersCore
import ConclaveTransport
import Testing

@Suite struct CloseReasonTests {
    @Test func `names are stable, distinct and complete`() {
        let reasons: [CloseReason] =
            [
                .shutdown, .replaced, .protocolError(.forgedRecord), .silent, .writeStalled, .notAuthorised,
                .addressChanged, .requested, .endOfStream, .reset, .hostFailure,
            ] + GoodbyeReason.allCases.map { .goodbye($0) }
        #expect(reasons.map(\.name) == CloseReason.names)
        #expect(Set(CloseReason.names).count == 16)
    }
}
