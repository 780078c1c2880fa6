package import Conclave
import ConclaveCodec
import ConclavePrimitives

/// A node of a test network, on sockets of the loopback interface.
package final class TestNode: Sendable {
    package let key: SigningKey
    /// Everything the node runs lives below it.
    package let scope: Context
    package let network: PeerNetwork
    /// By channel number.
    package let senders: [Sender]
    package let receivers: [Receiver]

    package var peer: PeerID { key.publicKey }
    package var sender: Sender { senders[0] }
    package var receiver: Receiver { receivers[0] }

    /// - Parameters:
    ///   - number: names the node; equal numbers have equal keys.
    ///   - options: one entry per channel.
    package init(
        _ number: UInt8, context: Context, profile: Profile = .local, namespace: String = "TEST",
        port: UInt16 = 0, maxMessageBytes: Int = 1 << 20, options: [ChannelOptions]? = nil,
        mode: Mode = .lookup, wire: WireChoice = .native
    ) throws {
        key = try SigningKey(seed: [UInt8](repeating: number, count: 32))
        let configuration = try Configuration(
            profile: profile, namespace: namespace, maxMessageBytes: maxMessageBytes,
            listen: SocketAddress(.loopback, port: port), mode: mode, wire: wire)
        scope = context.scope("node-\(number)")
        network = PeerNetwork(configuration, key: key, context: scope)
        var senders: [Sender] = [], receivers: [Receiver] = []
        for (channel, options) in try (options ?? [ChannelOptions()]).enumerated() {
            let (sender, receiver) = try network.register(channel: UInt64(channel), options: options)
            senders.append(sender)
            receivers.append(receiver)
        }
        (self.senders, self.receivers) = (senders, receivers)
    }

    /// Where it listens, as a member of a set.
    package func member() throws(NotStarted) -> PeerSet.Member {
        guard let address = network.address else { throw NotStarted() }
        return PeerSet.Member(peer, at: .symmetric(address))
    }

    /// Where it listens, for the configuration of another.
    package func asBootstrapper() throws(NotStarted) -> Bootstrapper {
        guard let address = network.address else { throw NotStarted() }
        return Bootstrapper(peer, at: .socket(address))
    }

    /// Where it would dial `peer`.
    package func ingress(of peer: PeerID) async -> Ingress? {
        await network.oracle.peers.first { $0.peer == peer }?.ingress
    }

    /// Starts all nodes and makes each know where the others are.
    package static func start(_ nodes: [TestNode]) async throws {
        for node in nodes { try node.network.start() }
        let members = try nodes.map { node in try node.member() }
        for node in nodes { try await node.network.oracle.track(0, PeerSet(primary: members)) }
    }

    /// Starts all nodes and waits until each is connected to all others.
    package static func mesh(_ nodes: [TestNode]) async throws {
        try await start(nodes)
        for node in nodes { await node.connected(to: nodes.count - 1) }
    }

    /// Waits until so many peers are connected.
    package func connected(to count: Int) async {
        var open = Set<PeerID>()
        for await event in await network.oracle.connections {
            switch event {
            case .connected(let peer, _): open.insert(peer)
            case .disconnected(let peer, _): open.remove(peer)
            }
            if open.count == count { return }
        }
    }

    /// Sends `message` to `peer` as soon as there is room for it.
    package func deliver(_ message: [UInt8], to peer: PeerID, on channel: Int = 0) async throws {
        var sender = senders[channel]
        while try sender.send(message, to: .one(peer)).acceptedCount == 0 {
            try Task.checkCancellation()
            await sender.room(for: peer)
            await Task.yield()
        }
    }

    /// The next `count` messages, by who sent them.
    package func hear(_ count: Int, on channel: Int = 0) async -> [PeerID: [[UInt8]]] {
        var heard: [PeerID: [[UInt8]]] = [:]
        var left = count
        for await (peer, message) in receivers[channel] {
            heard[peer, default: []].append(Array(message))
            left -= 1
            if left == 0 { break }
        }
        return heard
    }

    /// A node that does not listen yet has no address.
    package struct NotStarted: Error {}
}
