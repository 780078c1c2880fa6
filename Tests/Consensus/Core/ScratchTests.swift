@testable import ConclaveConsensusTrials
@testable import ConclaveConsensusCore
import ConclavePrimitives
import Testing

@Suite struct ScratchTests {
    @Test(arguments: [(7, 2, 187 as UInt64), (10, 3, 123 as UInt64)]) func `dump`(_ n: Int, _ f: Int, _ seed: UInt64) {
        var trial = Trial(TrialPlan(seed: seed, validators: n, liars: f))
        let outcome = trial.run()
        print(outcome.violation as Any, trial.weather, trial.configuration.election)
        for (i, node) in trial.nodes.enumerated() {
            guard let node else { print(i, "liar"); continue }
            guard let m = node.machine else { print(i, "down"); continue }
            let v = m.state.view
            print(i, "own", m.state.own as Any, "view", v, "leader", m.state.leader(of: v), "key", trial.place(of: m.state.key(of: m.state.leader(of: v))) as Any,
              "notz", m.state.notarizations.all.map(\.subject.view), "nulz", m.state.nullifications.all.map(\.subject.view),
              "own votes", m.state.ownVotes[v]?.all.map(\.subject.kind) as Any, "prop", m.state.proposals[v]?.parentView as Any, "building", m.state.building as Any,
              "timers", m.state.timers, "wake", m.nextWake, "now", node.clock(at: trial.now), "delivery", m.delivery.acknowledged, m.delivery.handed, m.delivery.released, m.delivery.path.count, "conn", m.peers.connected.count,
              "deliv", m.delivery.nextDown(tip: m.state.finalPayload) as Any, "cond", m.condition, "finalKnown", m.blocks[m.state.finalPayload] as Any)
            for view in [v] { for k in VoteKind.allCases { print("   ", k, (0..<n).filter { m.state.votes.ballot(k, in: view).subject(of: $0) != nil }) } }
        }
    }
}
