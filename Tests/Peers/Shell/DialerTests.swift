import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveTestNodes
import Testing

@Suite(.timeLimit(.minutes(1))) struct DialerTests {
    /// A name and an IPv4 address inside IPv6 lead to this machine; nothing may arrive there.
    @Test(arguments: ["localhost:0", "127.0.0.1:0", "[::ffff:127.0.0.1]:0"])
    func `a private address is not dialled where it is not allowed, after resolution neither`(
        text: String
    ) async throws {
        try await withRuntime { context in
            var profile = Profile.local
            profile.privateAddresses = .refused
            let node = try TestNode(1, context: context, profile: profile)
            let target = try TestNode(2, context: context)
            for node in [node, target] { try node.network.start() }
            let port = try #require(target.network.address).port
            let ingress = try Ingress(text.dropLast() + "\(port)")
            let member = PeerSet.Member(target.peer, at: .asymmetric(ingress: ingress, egress: .loopback))
            try await node.network.oracle.track(0, PeerSet(primary: [member]))
            try await eventually(in: context) {
                await node.network.snapshot().dials.contains { $0.outcome == "unreachable" && $0.count > 1 }
            }
            #expect(await target.network.snapshot().refusedHandshakes.isEmpty)
            #expect(await node.network.snapshot().dials.map(\.outcome) == ["unreachable"])
        }
    }
}
