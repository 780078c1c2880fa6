import ConclaveArguments
import ConclaveCodec
import ConclaveHTTP
import ConclavePeersCore

/// One value that a node can be told in its configuration file, by the environment or by a flag.
struct Setting: Sendable {
    /// As files name it: `pingFrequency`.
    let name: String
    /// What it is for.
    let summary: String
    /// What it must be, to end a sentence with.
    let expected: String
    /// Stores what a word spells; false if it spells nothing of the kind.
    let store: @Sendable (inout NodeSettings, String) -> Bool
    /// The word that spells what is stored; nil if nothing is.
    let word: @Sendable (NodeSettings) -> String?

    init<Value>(
        _ name: String, _ kind: ValueKind<Value>, _ path: any WritableKeyPath<NodeSettings, Value> & Sendable,
        _ summary: String
    ) {
        self.init(name, kind, summary, word: { kind.show($0[keyPath: path]) }) { $0[keyPath: path] = $1 }
    }

    init<Value>(
        _ name: String, _ kind: ValueKind<Value>,
        _ path: any WritableKeyPath<NodeSettings, Value?> & Sendable,
        _ summary: String
    ) {
        self.init(name, kind, summary, word: { $0[keyPath: path].map(kind.show) }) { $0[keyPath: path] = $1 }
    }

    private init<Value>(
        _ name: String, _ kind: ValueKind<Value>, _ summary: String,
        word: @escaping @Sendable (NodeSettings) -> String?,
        assign: @escaping @Sendable (inout NodeSettings, Value) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.word = word
        expected = kind.expected
        store = { settings, word in
            guard let value = try? kind.value(of: word, for: name) else { return false }
            assign(&settings, value)
            return true
        }
    }

    /// As the environment names it: `CONCLAVE_PING_FREQUENCY`.
    var variable: String {
        var result = "CONCLAVE_"
        var previous: Character = "_"
        for letter in name {
            if letter.isUppercase, previous.isLowercase { result += "_" }
            result += letter.uppercased()
            previous = letter
        }
        return result
    }
}

extension Setting {
    /// Every setting, the profile first because it fills what the others change.
    static let all: [Setting] = own + chain + addresses + timers + limits + memory

    private static let own: [Setting] = [
        Setting(
            "profile", .profile, \.profile,
            "which profile fills what is not set"),
        Setting(
            "wire", .choice("PROFILE"), \.wire,
            "the wire profile that others are dialled in; both are answered"),
        Setting(
            "key", .file, \.key,
            "the key file of this node"),
        Setting(
            "passphraseFile", .file, \.passphraseFile,
            "a file whose first line opens a sealed key"),
        Setting(
            "genesis", .file, \.genesis,
            "the genesis file"),
        Setting(
            "listen", .listenAddress, \.listen,
            "where to listen; the address in the genesis if left out"),
        Setting(
            "http", .listenAddress, \.http,
            "where the node is seen over HTTP; nowhere if left out"),
        Setting(
            "httpReach", .choice("CHOICE"), \.httpReach,
            "whence `http` and `chainHttp` may be reached"),
        Setting(
            "maxMessageBytes", .size(), \.maxMessageBytes,
            "the largest message, both ways"),
    ]

    private static let chain: [Setting] = [
        Setting(
            "store", .folder, \.store,
            "where votes and blocks are kept, which must never be lost"),
        Setting(
            "blocksKept", .integer(0...Int.max), \.blocksKept,
            "final blocks kept for validators that were away, in whole epochs; the running one always is"
        ),
        Setting(
            "chainHttp", .listenAddress, \.chainHttp,
            "where the chain is asked over HTTP; nowhere if left out"),
        Setting(
            "blockTime", .duration, \.blockTime,
            "from one block to the next at least"),
        Setting(
            "delta", .duration, \.delta,
            "how long a message takes at most when all is well; a leader has twice that and the block time"
        ),
    ]

    private static let addresses: [Setting] = [
        Setting(
            "mode", .choice("MODE"), \.mode,
            "whether the genesis says where the others are, or they themselves"),
        Setting(
            "peers", .nodes, \.peers,
            "where these are dialled in lookup, whatever genesis and chain say of their addresses"),
        Setting(
            "bootstrappers", .nodes, \.bootstrappers,
            "whom to ask first in discovery; they may connect whatever the genesis says"),
        Setting(
            "advertise", .advertisedAddress, \.advertise,
            "where others dial this node in discovery; the address in the genesis if left out"),
        Setting(
            "peerStore", .folder, \.peerStore,
            "where addresses found in discovery are kept; nowhere if left out"),
    ]

    private static let timers: [Setting] = [
        Setting(
            "synchronyBound", .duration, \.profile.synchronyBound,
            "how far ahead a peer's clock may be"),
        Setting(
            "maxHandshakeAge", .duration, \.profile.maxHandshakeAge,
            "how old a handshake message may be"),
        Setting(
            "handshakeTimeout", .duration, \.profile.handshakeTimeout,
            "from the first byte of a handshake to its last"),
        Setting(
            "dialTimeout", .duration, \.profile.dialTimeout,
            "name, connection and handshake of one dial together"),
        Setting(
            "pingFrequency", .duration, \.profile.pingFrequency,
            "how often an open link pings"),
        Setting(
            "silenceTimeout", .duration, \.profile.silenceTimeout,
            "how long a link may bring nothing"),
        Setting(
            "gossipFrequency", .duration, \.profile.gossipFrequency,
            "how often an open link in discovery tells whom we know"),
        Setting(
            "peerConnectionCooldown", .duration, \.profile.peerConnectionCooldown,
            "between two dials of one peer"),
        Setting(
            "dialFrequency", .duration, \.profile.dialFrequency,
            "between two dials of any peers"),
        Setting(
            "blockDuration", .duration, \.profile.blockDuration,
            "how long a blocked peer is refused"),
    ]

    private static let limits: [Setting] = [
        Setting(
            "dialsPerSecondMax", .integer(0...Int.max), \.profile.dialsPerSecondMax,
            "dials a second while peers are missing"),
        Setting(
            "maxConcurrentHandshakes", .integer(0...Int.max), \.profile.maxConcurrentHandshakes,
            "inbound handshakes at once"),
        Setting(
            "handshakesPerIP", .rate, \.profile.handshakesPerIP,
            "inbound handshakes from one IP"),
        Setting(
            "handshakesPerSubnet", .rate, \.profile.handshakesPerSubnet,
            "inbound handshakes from one subnet, of IPs that nobody is expected from"),
        Setting(
            "privateAddresses", .choice("CHOICE"), \.profile.privateAddresses,
            "whether addresses that are not routed in public are used"),
        Setting(
            "addressCheck", .choice("CHOICE"), \.profile.addressCheck,
            "whether a peer must come from the IP that its address names"),
        Setting(
            "proxyNetworks", .networks, \.profile.proxyNetworks,
            "proxies whose connections begin with a PROXY header, and no others' do"),
        Setting(
            "peerGossipMaxCount", .integer(0...Int.max), \.profile.peerGossipMaxCount,
            "address records in one answer of discovery"),
        Setting(
            "dialFailLimit", .integer(0...Int.max), \.profile.dialFailLimit,
            "dials that may fail before others are asked for a newer address"),
        Setting(
            "trackedPeerSets", .integer(0...Int.max), \.profile.trackedPeerSets,
            "newest peer sets that are kept"),
        Setting(
            "maxPeersPerSet", .integer(0...Int.max), \.profile.maxPeersPerSet,
            "most peers of one set"),
    ]

    private static let memory: [Setting] = [
        Setting(
            "outboxMessages", .integer(0...Int.max), \.profile.outboxMessages,
            "messages that wait for one peer"),
        Setting(
            "outboxBytes", .size(), \.profile.outboxBytes,
            "bytes that wait for one peer"),
        Setting(
            "laneBytes", .size(), \.profile.laneBytes,
            "bytes of one peer that wait in one channel's inbox"),
        Setting(
            "floorBytes", .size(), \.profile.floorBytes,
            "bytes that each of these queues may hold in any case"),
        Setting(
            "memoryBudget", .size(), \.profile.memoryBudget,
            "bytes that all queues together may hold above that"),
    ]
}

extension ValueKind where Value == Rate {
    /// So many in so long: `64/1s`.
    fileprivate static var rate: ValueKind {
        let show: @Sendable (Rate) -> String = { "\($0.count)/\(durationText($0.period))" }
        return ValueKind("RATE", expected: "a rate such as 64/1s", show: show) { word in
            let parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2,
                let count = try? ValueKind<Int>.integer(0...Int.max).value(of: parts[0], for: ""),
                let period = try? ValueKind<Duration>.duration.value(of: parts[1], for: "")
            else { return nil }
            return Rate(count, per: period)
        }
    }
}

extension ValueKind where Value == [IPNetwork] {
    /// Networks as CIDR writes them.
    fileprivate static var networks: ValueKind {
        let show: @Sendable ([IPNetwork]) -> String = { networks in
            networks.isEmpty ? "none" : networks.map(\.description).joined(separator: ",")
        }
        let expected = "none, or networks such as 10.0.0.0/8,2001:db8::/32"
        return ValueKind("NETWORKS", expected: expected, show: show) { word in
            guard word != "none" else { return [] }
            let parts = word.split(separator: ",", omittingEmptySubsequences: false)
            let networks = parts.compactMap { try? IPNetwork(String($0)) }
            return networks.count == parts.count ? networks : nil
        }
    }
}
