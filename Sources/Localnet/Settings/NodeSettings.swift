import ConclaveArguments
public import ConclaveCodec
import ConclaveCryptography
public import ConclaveHTTP
public import ConclavePeersCore
import ConclavePrimitives

/// What one node was told about how to run: by its file, then by the environment, then by flags; later ones
/// win.
public struct NodeSettings: Sendable {
    public internal(set) var key, passphraseFile, genesis: String?
    public internal(set) var listen: SocketAddress?
    /// Where the node is seen over HTTP, and from where.
    public internal(set) var http: SocketAddress?
    public internal(set) var httpReach = HTTPReach.loopback
    /// Where the addresses of the others come from.
    public internal(set) var mode = AddressMode.lookup
    public internal(set) var bootstrappers: [NodeAddress] = []
    /// Where these are dialled, whatever others say of it.
    public internal(set) var peers: [NodeAddress] = []
    public internal(set) var advertise: Ingress?
    /// The folder of addresses that discovery found.
    public internal(set) var peerStore: String?
    /// The folder of votes and blocks.
    public internal(set) var store: String?
    /// Blocks that are kept for who was away, rounded up to whole epochs: hours at the rate of a localnet,
    /// weeks at one a second.
    public internal(set) var blocksKept = 4_000_000
    /// Where the chain is asked over HTTP.
    public internal(set) var chainHttp: SocketAddress?
    /// Between a block and its parent at least.
    public internal(set) var blockTime = Duration.zero
    /// How long a message takes at most when all is well.
    public internal(set) var delta = Duration.milliseconds(200)
    public internal(set) var profile = Profile.local
    /// What the node dials in.
    public internal(set) var wire = Wire.native
    /// The largest message, both ways, in bytes.
    public internal(set) var maxMessageBytes = 2 << 20
    /// Whose word each setting is, by name.
    private var sources = SortedArray<String, Source>()

    /// Who said something.
    private enum Source: Hashable, Sendable {
        case file(String)
        case variable(String)
        case flag

        /// The failure that says what is wrong with what this source said.
        func failure(_ name: String, _ complaint: String) -> LocalnetFailure {
            switch self {
            case .file(let path): .badInput("\(quoted(path)): \(name) \(complaint)")
            case .variable(let variable): .badUsage("\(variable) \(complaint)")
            case .flag: .badUsage("--set \(name) \(complaint)")
            }
        }
    }

    private struct Word {
        let source: Source
        let text: String
    }

    /// The names that a file, the environment and flags may use.
    public static var names: [String] { Setting.all.map(\.name) }

    /// Every setting as a table in Markdown: what it is for, what it must be, and what it is unless told
    /// otherwise.
    package static var table: String {
        let head = "| Setting | What it is for | Value | local | production |\n|---|---|---|---|---|"
        let (local, production) = (NodeSettings(profile: .local), NodeSettings(profile: .production))
        return Setting.all.reduce(head) { text, setting in
            text + "\n| `\(setting.name)` | \(setting.summary) | \(setting.expected) "
                + "| \(setting.word(local) ?? "-") | \(setting.word(production) ?? "-") |"
        }
    }

    /// What a profile alone says.
    private init(profile: Profile) {
        self.profile = profile
    }

    /// - Parameters:
    ///   - file: the configuration file, if there is one; paths in it start from its folder.
    ///   - environment: the value of a variable.
    ///   - flags: words such as `pingFrequency=10s`.
    public init(
        file: String?, environment: (String) -> String?, flags: [String]
    ) throws(LocalnetFailure) {
        var words = SortedArray<String, Word>()
        if let file { try Self.read(file, into: &words) }
        for setting in Setting.all {
            guard let text = environment(setting.variable) else { continue }
            words[setting.name] = Word(source: .variable(setting.variable), text: text)
        }
        for flag in flags { try Self.read(flag: flag, into: &words) }
        for setting in Setting.all {
            guard let word = words[setting.name] else { continue }
            guard setting.store(&self, word.text) else {
                throw word.source.failure(
                    setting.name, "is \(quoted(word.text)); it must be \(setting.expected)")
            }
            sources[setting.name] = word.source
        }
        if let file { startPaths(from: file) }
    }

    /// What the peer layer runs with.
    ///
    /// - Parameter reachedAt: where the others dial the node, unless a setting says it.
    public func configuration(
        namespace: String, listen: SocketAddress, reachedAt: Ingress? = nil
    ) throws(LocalnetFailure) -> Configuration {
        try checkPeers()
        do throws(ConfigurationFault) {
            return try Configuration(
                profile: profile, namespace: namespace, maxMessageBytes: maxMessageBytes, listen: listen,
                mode: mode(reachedAt: reachedAt), wire: WireChoice(wire))
        } catch {
            throw failure(error)
        }
    }

    /// What says where peers are must be of the mode, and say it of each once.
    private func checkPeers() throws(LocalnetFailure) {
        let foreign =
            switch mode {
            case .lookup: ["bootstrappers", "advertise", "peerStore"]
            case .discovery: ["peers"]
            }
        if let name = foreign.first(where: isGiven) {
            let other: AddressMode = mode == .lookup ? .discovery : .lookup
            throw failure(name, "is of \(other.rawValue), and mode is \(mode.rawValue)")
        }
        let sorted = peers.map(\.peer).sorted()
        if let twice = zip(sorted, sorted.dropFirst()).first(where: ==)?.0 {
            throw failure("peers", "names \(twice.short)… twice")
        }
    }

    private func failure(_ name: String, _ complaint: String) -> LocalnetFailure {
        sources[name]?.failure(name, complaint) ?? .badUsage("\(name) \(complaint)")
    }

    /// What is allowed of one setting may hang on others: then whoever gave those has to give this one too.
    private func failure(_ fault: ConfigurationFault) -> LocalnetFailure {
        let name = fault.name.rawValue
        if let source = sources[name] {
            return source.failure(name, "is \(fault.given); allowed is \(fault.allowed)")
        }
        let complaint =
            "is \(fault.given), for nothing sets it; "
            + "with what is set allowed is \(fault.allowed), so set it too"
        return sources.values.first?.failure(name, complaint) ?? .badUsage("\(name) \(complaint)")
    }

    private func isGiven(_ name: String) -> Bool { sources[name] != nil }

    private func mode(reachedAt: Ingress?) -> Mode {
        switch mode {
        case .lookup: .lookup
        case .discovery:
            .discovery(
                bootstrappers: bootstrappers.map { Bootstrapper($0.peer, at: $0.ingress) },
                advertise: advertise ?? reachedAt)
        }
    }

    /// Where to show the node over HTTP; nil if nowhere.
    ///
    /// - Throws: for an address that others can reach, unless that was said to be meant.
    public func seenAt() throws(LocalnetFailure) -> SocketAddress? { try reachable(http, "http") }

    /// Where the chain is asked over HTTP; nil if nowhere.
    ///
    /// - Throws: as ``seenAt()``.
    public func chainAskedAt() throws(LocalnetFailure) -> SocketAddress? {
        try reachable(chainHttp, "chainHttp")
    }

    private func reachable(
        _ address: SocketAddress?, _ name: String
    ) throws(LocalnetFailure) -> SocketAddress? {
        guard let address, httpReach == .loopback, !address.ip.isLoopback else { return address }
        throw failure(name, LocalnetFailure.notLoopback(address))
    }

    private static func read(_ file: String, into words: inout SortedArray<String, Word>)
        throws(LocalnetFailure)
    {
        var fields = try JSONFields(reading: try SystemFile.read(file, limit: fileBytesMax), from: file)
        for setting in Setting.all {
            let text: String? = try fields.optional(setting.name, setting.expected) { tree in
                switch tree {
                case .string(let text): text
                case .integer(let value): "\(value)"
                case .object, .array, .number, .boolean, .null: nil
                }
            }
            if let text { words[setting.name] = Word(source: .file(file), text: text) }
        }
        try fields.finish()
    }

    /// Longest configuration file in bytes; with every setting it has less than 2 KiB.
    private static let fileBytesMax = 65_536

    private static func read(flag: String, into words: inout SortedArray<String, Word>)
        throws(LocalnetFailure)
    {
        let parts = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 2 else { throw .badUsage("--set: \(quoted(flag)) is not NAME=VALUE") }
        guard names.contains(parts[0]) else {
            let advice = suggestion(for: parts[0], among: names, else: "conclave validator")
            throw .badUsage("--set: \(quoted(parts[0])) is an unknown name; \(advice)")
        }
        words[parts[0]] = Word(source: .flag, text: parts[1])
    }

    private mutating func startPaths(from file: String) {
        guard let slash = file.lastIndex(of: "/") else { return }
        let folder = file[...slash]
        for (name, path) in [
            ("key", \NodeSettings.key), ("genesis", \.genesis), ("passphraseFile", \.passphraseFile),
            ("peerStore", \.peerStore), ("store", \.store),
        ] {
            guard case .file? = sources[name], let given = self[keyPath: path], !given.hasPrefix("/") else {
                continue
            }
            self[keyPath: path] = folder + given
        }
    }
}
