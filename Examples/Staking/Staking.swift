import Conclave

/// A validator whose peers are chosen by stake: each epoch the largest stakes drive consensus, the others
/// follow, and who has none is cut off.
///
///     conclave-staking 127.0.0.1:4001
///
/// reads the chain from standard input: `bond KEY@ADDRESS STAKE`, `unbond KEY@ADDRESS`, and `epoch`, which
/// ends one and begins the next.
@main struct Staking {
    static func main() throws {
        let log = Log(
            level: .warning, format: .text, sink: DescriptorSink.standardError,
            time: { SystemClock().wallTime })
        let runtime = try SystemRuntime(loops: 1, log: log)
        _ = runtime.run("staking") { context in
            try await validate(in: context)
            return 0
        }
    }

    static let screen = DescriptorSink(1)

    /// Who has staked how much, and who therefore counts.
    struct Stakes {
        static let seats = 100
        private var members: [PeerSet.Member] = []

        mutating func bond(_ key: PublicKey, at address: SocketAddress, _ stake: UInt64) {
            members.removeAll { $0.peer == key }
            if stake > 0 { members.append(.init(key, at: .symmetric(address), weight: stake)) }
        }

        /// The largest stakes have the seats; of equal ones the smaller key.
        var validators: PeerSet {
            get throws {
                let ranks = members.sorted { ($1.weight, $0.peer) < ($0.weight, $1.peer) }
                return try PeerSet(
                    primary: Array(ranks.prefix(Self.seats)), secondary: Array(ranks.dropFirst(Self.seats)))
            }
        }
    }

    static func validate(in context: Context) async throws {
        let listen = try SocketAddress(CommandLine.arguments.dropFirst().first ?? "127.0.0.1:0")
        let key = try SigningKey(seed: context.entropy.bytes(SigningKey.seedByteCount))
        var profile = Profile.local
        // The epoch that ends stays connected until the one that begins has ended.
        profile.trackedPeerSets = 2
        let network = PeerNetwork(
            try Configuration(profile: profile, namespace: "STAKING", maxMessageBytes: 4_096, listen: listen),
            key: key, context: context)
        _ = try network.register(channel: 0, options: ChannelOptions())
        try network.start()
        screen.write("you are \(key.publicKey)@\(network.address ?? listen)")

        let connections = await network.oracle.connections
        context.spawn("news") { _ in
            for await event in connections {
                switch event {
                case .connected(let peer, _): screen.write("+ \(peer.short)")
                case .disconnected(let peer, let why): screen.write("- \(peer.short) \(why.name)")
                }
            }
        }

        var stakes = Stakes()
        var epoch: UInt64 = 0
        for await line in StandardInput.lines(in: context) {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.dropFirst().first.flatMap(peer)) {
            case ("bond", let (key, address)?): stakes.bond(key, at: address, UInt64(words.last ?? "") ?? 0)
            case ("unbond", let (key, address)?): stakes.bond(key, at: address, 0)
            case ("epoch", nil):
                epoch += 1
                let validators = try stakes.validators
                try await network.oracle.track(epoch, validators)
                screen.write("epoch \(epoch): \(validators.primary.count) validators")
            default: screen.write("what is \(line)?")
            }
        }
        await network.shutdown(within: .seconds(1))
    }

    /// The peer that `KEY@ADDRESS` names.
    static func peer(_ word: String) -> (PublicKey, SocketAddress)? {
        let parts = word.split(separator: "@").map(String.init)
        guard parts.count == 2, let key = Hex.bytes(parts[0]).flatMap({ PublicKey($0) }),
            let address = try? SocketAddress(parts[1])
        else { return nil }
        return (key, address)
    }
}
