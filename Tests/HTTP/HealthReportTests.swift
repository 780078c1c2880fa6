import Conclave
import Testing

@testable import ConclaveHTTP

@Suite struct HealthReportTests {
    /// Members of equal weight.
    func report(_ states: [PeerState]) -> HealthReport { HealthReport(states.map { ($0, 1) }) }

    @Test(arguments: [
        ([PeerState.own], true), ([.own, .connected, .connected, .disconnected], true),
        ([.own, .connected, .disconnected, .connecting], false), ([.connected], true), ([.connecting], false),
        ([.own, .connected, .blocked], false),
    ])
    func `a node is well if it reaches more than two thirds`(states: [PeerState], isHealthy: Bool) {
        #expect(report(states).isHealthy == isHealthy)
    }

    @Test func `the reason says how many are missing`() {
        #expect(
            report([.own, .connected, .disconnected, .blocked]).reasons == [
                "2 of 4 primary peers are reached, a quorum is 3"
            ])
        #expect(report([]).reasons == ["no peer set is tracked"])
    }

    @Test func `where peers have different weights these decide, not how many they are`() {
        #expect(HealthReport([(.own, 1), (.connected, 6), (.disconnected, 1), (.blocked, 1)]).isHealthy)
        let ill = HealthReport([(.own, 1), (.connected, 1), (.connected, 1), (.disconnected, 7)])
        #expect(ill.reasons == ["primary peers with weight 3 of 10 are reached, a quorum is 7"])
        let edge = HealthReport([(.own, 6), (.disconnected, 2), (.disconnected, 1)])
        #expect(edge.reasons == ["primary peers with weight 6 of 9 are reached, a quorum is 7"])
        #expect(HealthReport([(.own, .max), (.connected, .max - 1)]).isHealthy)
        #expect(!HealthReport([(.own, 1), (.connecting, .max)]).isHealthy)
    }
}
