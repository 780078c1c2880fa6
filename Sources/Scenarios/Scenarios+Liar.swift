import Conclave
import ConclaveSimulation
import ConclaveTransport

/// The story of one who has a key and keeps to no rule.
extension Scenario {
    public static let liar = Scenario(
        "liar", "an authorised one lies in each step of the protocol, and harms nobody but itself",
        validators: 5
    ) { stage in
        try stage.expectMesh()
        let liar = stage.anyone(), honest = stage.others(than: [liar])
        try stage.capture(liar)
        try stage.expectMesh(among: honest)
        let before = stage.connections(among: honest)
        for lie in Lie.all(in: stage.mode).shuffled(using: &stage.random) {
            try stage.tell(lie, by: liar, to: stage.anyone(of: honest))
            try stage.pass(.milliseconds(200))
        }
        try stage.expectMesh(among: honest)
        try stage.silence()
        try stage.require("the honest keep their connections", stage.connections(among: honest) == before)
        try stage.requireNothingLost(among: honest)
        stage.free(liar)
        try stage.start(liar)
        try stage.expectMesh()
    }
}

extension Stage {
    func tell(_ lie: Lie, by liar: Validator, to victim: Validator) throws {
        simulation.note("\(liar.node.name) lies to \(victim.node.name): \(lie)")
        let first = Liar(
            identity: HandshakeIdentity(key: liar.key, namespace: try Namespace(Validator.namespace)),
            mode: mode, epoch: epoch, peers: members.count, profile: profile,
            stranger: try SigningKey(
                seed: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }),
            victim: Liar.Victim(key: victim.key, address: victim.socket),
            random: SplitMix64(seed: random.next()))
        let isRight = try simulation.perform(on: liar.node) { context in
            var liar = first
            return try await liar.tell(lie, in: context)
        }
        try require("\(lie) has the consequence that it must", isRight == true)
    }
}
