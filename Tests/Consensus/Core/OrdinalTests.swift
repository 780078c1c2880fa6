import ConclaveCodec
import Testing

@testable import ConclaveConsensusCore

@Suite struct OrdinalTests {
    @Test func `counting stops at both ends`() {
        #expect(View(.max).next == View(.max))
        #expect(View(3).lowered(by: 5) == 0)
        #expect(View(7).distance(above: 4) == 3)
        #expect(View(4).distance(above: 7) == 0)
        #expect(Height(.max - 1).advanced(by: 9) == Height(.max))
    }

    @Test func `the last height of an epoch stops at the end of all numbers`() throws {
        let configuration = try ConsensusConfiguration(delta: .seconds(1), epochLength: 10)
        #expect(configuration.lastHeight(of: 0) == 10)
        #expect(configuration.lastHeight(of: 2) == 30)
        #expect(configuration.lastHeight(of: Epoch(.max)) == Height(.max))
    }
}
