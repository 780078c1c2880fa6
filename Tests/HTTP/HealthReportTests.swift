import Conclave
import Testing

@testable import ConclaveHTTP

@Suite struct HealthReportTests {
    @Test(arguments: [
        ([PeerState.own], true), ([.own, .connected, .connected, .disconnected], true),
        ([.own, .connected, .disconnected, .connecting], false), ([.connected], true), ([.connecting], false),
        ([.own, .connected, .blocked], false),
    ])
    func `a node is well if it reaches more than two thirds`(states: [PeerState], isHealthy: Bool) {
        #expect(HealthReport(states).isHealthy == isHealthy)
    }

    @Test func `the reason says how many are missing`() {
        #expect(
            HealthReport([.own, .connected, .disconnected, .blocked]).reasons == [
                "2 of 4 primary peers are reached, a quorum is 3"
            ])
        #expect(HealthReport([]).reasons == ["no peer set is tracked"])
    }
}
