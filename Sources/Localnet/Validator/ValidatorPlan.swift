import ConclaveArguments
import ConclaveChain
public import ConclaveChainApplication
public import ConclaveCodec
package import ConclaveConsensus
public import ConclaveConsensusCore
public import ConclaveCryptography
public import ConclaveHTTP
public import ConclavePeersCore

/// What one validator runs with, with everything that could be wrong in it found out.
public struct ValidatorPlan: Sendable {
    /// Its place in the genesis; nil for a key that a transaction brought to the chain.
    public let index: Int?
    public let key: SigningKey
    public let genesis: Genesis
    /// Where the genesis was read, to be read again when it has changed.
    public let genesisPath: String
    public let configuration: Configuration
    /// Where its operator says that others are, whatever genesis and chain say.
    public let peers: [NodeAddress]
    /// Where it is seen over HTTP, and from where.
    public let http: SocketAddress?
    public let httpReach: HTTPReach
    /// The folder of addresses that discovery found; nil if they are not kept.
    public let peerStore: String?
    /// The folder of votes and blocks.
    public let store: String
    /// Blocks that it keeps for who was away.
    public let blocksKept: Int
    /// Where the chain is asked over HTTP; as far away as ``httpReach`` says.
    public let chainHTTP: SocketAddress?
    public let pace: ChainPace
    public let consensus: ConsensusConfiguration
    /// Whether the operator says that the key never voted on this chain.
    public var history = KeyHistory.mayHaveVoted
    /// The file that says the same; nil if there can be none.
    public let newcomerPath: String?
    package var conduct = Conduct.honest

    /// The validator at `index` of the data folder of a localnet.
    public init(folder: String, index: Int, settings: NodeSettings) throws(LocalnetFailure) {
        let path = DataFolder.genesisPath(in: folder)
        let genesis = try Genesis(file: path)
        guard genesis.validators.indices.contains(index) else {
            throw .badUsage(
                "--index: \(index) is no validator of \(quoted(path)), which has 0 to "
                    + "\(genesis.validators.count - 1)")
        }
        let keyPath = DataFolder.keyPath(of: index, in: folder)
        let key = try Self.key(keyPath, settings)
        guard key.publicKey == genesis.validators[index].publicKey else {
            throw .badInput(
                "\(quoted(keyPath)) is key \(key.publicKey.short)…, but validator \(index) of "
                    + "\(quoted(path)) is \(genesis.validators[index].publicKey.short)…")
        }
        var settings = settings
        settings.store = settings.store ?? DataFolder.storePath(of: index, in: folder)
        try self.init(
            index: index, key: key, genesis: genesis, path: path, settings: settings,
            newcomerPath: DataFolder.newcomerPath(of: index, in: folder))
    }

    /// The validator whose key and genesis the settings name.
    public init(settings: NodeSettings) throws(LocalnetFailure) {
        guard let keyPath = settings.key else { throw .badInput("the configuration names no key") }
        guard let path = settings.genesis else { throw .badInput("the configuration names no genesis") }
        let genesis = try Genesis(file: path)
        let key = try Self.key(keyPath, settings)
        let index = genesis.validators.firstIndex { $0.publicKey == key.publicKey }
        guard index != nil || settings.listen != nil else {
            throw .badInput(
                "\(quoted(keyPath)) is key \(key.publicKey.short)…, which is not in \(quoted(path)); "
                    + "set listen to the address to listen on")
        }
        try self.init(index: index, key: key, genesis: genesis, path: path, settings: settings)
    }

    private init(
        index: Int?, key: SigningKey, genesis: Genesis, path: String, settings: NodeSettings,
        newcomerPath: String? = nil
    ) throws(LocalnetFailure) {
        self.index = index
        self.key = key
        self.genesis = genesis
        genesisPath = path
        var settings = settings
        // Where a validator named by a host name comes from cannot be known beforehand.
        let places = genesis.validators.map(\.address) + settings.peers.map(\.ingress)
        if places.contains(where: { $0.socket == nil }) {
            settings.profile.addressCheck = .bypassed
        }
        peers = settings.peers
        let address = index.map { genesis.validators[$0].address }
        guard let listen = settings.listen ?? address?.socket else {
            throw .badInput(
                "validator \(index ?? 0) of \(quoted(path)) has a name for its address; "
                    + "set listen to the numeric address to listen on")
        }
        http = try settings.seenAt()
        httpReach = settings.httpReach
        peerStore = settings.peerStore
        guard let store = settings.store else {
            throw .badInput("the configuration names no store, where votes and blocks are kept")
        }
        self.store = store
        blocksKept = settings.blocksKept
        self.newcomerPath = newcomerPath
        chainHTTP = try settings.chainAskedAt()
        pace = settings.blockTime > .zero ? .every(settings.blockTime) : .asFastAsPossible
        consensus = try Self.consensus(settings, genesis.chain.terms)
        configuration = try settings.configuration(
            namespace: genesis.namespace, listen: listen, reachedAt: address)
    }

    /// What `settings` would have the peer layer run with now.
    ///
    /// - Throws: also for a peer that has a name now, where nobody is known by name and so everybody is
    ///   expected from the address that he is dialled at.
    func configuration(of settings: NodeSettings) throws(LocalnetFailure) -> Configuration {
        if configuration.addressCheck == .exact,
            let named = settings.peers.first(where: { $0.ingress.socket == nil })
        {
            throw .badInput(
                "peers: \(named.ingress) is a name, and may be anywhere, but addressCheck is exact; "
                    + "give a numeric address, or start anew")
        }
        return try settings.configuration(
            namespace: genesis.namespace, listen: configuration.listen,
            reachedAt: index.map { genesis.validators[$0].address })
    }

    /// Whether `next` differs from what was planned in nothing but the quotas that may change while it runs.
    func differsOnlyInQuotas(from next: Configuration) -> Bool {
        var profile = next.profile
        profile.maxConcurrentHandshakes = configuration.maxConcurrentHandshakes
        profile.handshakesPerIP = configuration.handshakesPerIP
        profile.handshakesPerSubnet = configuration.handshakesPerSubnet
        profile.addressCheck = configuration.addressCheck
        return profile == configuration.profile && next.maxMessageBytes == configuration.maxMessageBytes
            && next.mode == configuration.mode && next.wire == configuration.wire
    }

    private static func consensus(
        _ settings: NodeSettings, _ terms: ChainTerms
    ) throws(LocalnetFailure) -> ConsensusConfiguration {
        do throws(ConsensusConfiguration.Invalid) {
            return try ConsensusConfiguration(
                delta: settings.delta + settings.blockTime, epochLength: terms.schedule.length,
                limits: MessageLimits(bodyBytes: terms.bodyBytesMax))
        } catch {
            throw .badUsage("delta and blockTime must be 1 ms to 60 s together")
        }
    }

    private static func key(_ path: String, _ settings: NodeSettings) throws(LocalnetFailure) -> SigningKey {
        try KeyFile.read(path) { () throws(LocalnetFailure) in
            guard let file = settings.passphraseFile else { return nil }
            return try KeyFile.passphrase(in: file)
        }
    }
}

/// What is known of the votes of a key whose journal is empty.
public enum KeyHistory: Hashable, Sendable {
    /// It has never voted on this chain: the validator votes at once.
    case neverVoted
    /// It may have: the validator waits for an epoch in which it cannot.
    case mayHaveVoted
}
