import ConclaveArguments
import ConclaveCodec
import ConclaveHTTP
import ConclavePeersCore

/// One value that a node can be told in its configuration file, by the environment or by a flag.
struct Setting: Sendable {
    /// As files name it: `pingFrequency`.
    let name: String
    /// What it must be, to end a sentence with.
    let expected: String
    /// Stores what a word spells; false if it spells nothing of the kind.
    let store: @Sendable (inout NodeSettings, String) -> Bool

    init<Value>(
        _ name: String, _ kind: ValueKind<Value>, _ path: any WritableKeyPath<NodeSettings, Value> & Sendable
    ) {
        self.init(name, kind) { $0[keyPath: path] = $1 }
    }

    init<Value>(
        _ name: String, _ kind: ValueKind<Value>, _ path: any WritableKeyPath<NodeSettings, Value?> & Sendable
    ) {
        self.init(name, kind) { $0[keyPath: path] = $1 }
    }

    private init<Value>(
        _ name: String, _ kind: ValueKind<Value>,
        assign: @escaping @Sendable (inout NodeSettings, Value) -> Void
    ) {
        self.name = name
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
    static let all: [Setting] = own + timers + limits + memory

    private static let own: [Setting] = [
        Setting("profile", .profile, \.profile),
        Setting("key", .file, \.key),
        Setting("passphraseFile", .file, \.passphraseFile),
        Setting("genesis", .file, \.genesis),
        Setting("listen", .listenAddress, \.listen),
        Setting("http", .listenAddress, \.http),
        Setting("httpReach", .choice(""), \.httpReach),
        Setting("maxMessageBytes", .size(), \.maxMessageBytes),
    ]

    private static let timers: [Setting] = [
        Setting("synchronyBound", .duration, \.profile.synchronyBound),
        Setting("maxHandshakeAge", .duration, \.profile.maxHandshakeAge),
        Setting("handshakeTimeout", .duration, \.profile.handshakeTimeout),
        Setting("dialTimeout", .duration, \.profile.dialTimeout),
        Setting("pingFrequency", .duration, \.profile.pingFrequency),
        Setting("silenceTimeout", .duration, \.profile.silenceTimeout),
        Setting("peerConnectionCooldown", .duration, \.profile.peerConnectionCooldown),
        Setting("dialFrequency", .duration, \.profile.dialFrequency),
        Setting("blockDuration", .duration, \.profile.blockDuration),
    ]

    private static let limits: [Setting] = [
        Setting("dialsPerSecondMax", .integer(0...Int.max), \.profile.dialsPerSecondMax),
        Setting("maxConcurrentHandshakes", .integer(0...Int.max), \.profile.maxConcurrentHandshakes),
        Setting("handshakesPerIP", .rate, \.profile.handshakesPerIP),
        Setting("handshakesPerSubnet", .rate, \.profile.handshakesPerSubnet),
        Setting("privateAddresses", .choice(""), \.profile.privateAddresses),
        Setting("addressCheck", .choice(""), \.profile.addressCheck),
        Setting("trackedPeerSets", .integer(0...Int.max), \.profile.trackedPeerSets),
        Setting("maxPeersPerSet", .integer(0...Int.max), \.profile.maxPeersPerSet),
    ]

    private static let memory: [Setting] = [
        Setting("outboxMessages", .integer(0...Int.max), \.profile.outboxMessages),
        Setting("outboxBytes", .size(), \.profile.outboxBytes),
        Setting("laneBytes", .size(), \.profile.laneBytes),
    ]
}

extension ValueKind where Value == Rate {
    /// So many in so long: `64/1s`.
    fileprivate static var rate: ValueKind {
        ValueKind("RATE", expected: "a rate such as 64/1s") { word in
            let parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2,
                let count = try? ValueKind<Int>.integer(0...Int.max).value(of: parts[0], for: ""),
                let period = try? ValueKind<Duration>.duration.value(of: parts[1], for: "")
            else { return nil }
            return Rate(count, per: period)
        }
    }
}
