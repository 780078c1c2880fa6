import ConclaveArguments
public import ConclaveChain
public import ConclaveCodec
public import ConclaveCryptography

/// What every validator of a network must agree on before it starts, as the genesis file says it.
public struct Genesis: Hashable, Sendable {
    /// Letters, digits, hyphens and dots, 64 at most. Part of what is signed: networks of other names never
    /// connect.
    public let network: String
    /// Blocks in an epoch.
    public let epochLength: Int
    /// Those who decide, in the order of their indexes; no key and no address twice.
    public let validators: [Validator]

    /// What is staked and owned from the start, and how.
    public let staking: Staking
    /// The state that the chain begins with. Its identity is the hash of ``bytes``: whoever has another file,
    /// be it by a space, is on another chain.
    public let chain: ChainGenesis
    /// The file as it stands.
    public let bytes: [UInt8]

    /// One validator.
    public struct Validator: Hashable, Sendable {
        /// The key that it uses on the network, and signs votes with.
        public let publicKey: PublicKey
        /// Where the others dial it.
        public let address: Ingress
        /// Its share of the votes in the first epoch, and what its account has staked for it.
        public let weight: Int
        /// Whose stake it is; the same key as ``publicKey`` unless the file says otherwise.
        public let account: PublicKey

        public init(publicKey: PublicKey, address: Ingress, weight: Int, account: PublicKey? = nil) {
            self.publicKey = publicKey
            self.address = address
            self.weight = weight
            self.account = account ?? publicKey
        }
    }

    /// Most validators; beyond it votes alone would fill the links.
    public static let validatorsMax = 1_024
    /// A sum of so many weights still fits into an integer that JSON carries without loss.
    public static let weightMax = 1 << 40
    static let epochLengthMax = 1 << 40
    static let networkBytesMax = 64
    /// Longest file in bytes; one with the most validators, accounts and the longest names has half of that.
    static let bytesMax = 2 << 20

    static let type = "conclave-genesis"
    static let version = 1

    /// A new one, with the text that ``write(to:)`` writes.
    ///
    /// - Throws: ``LocalnetFailure/badInput(_:)`` if no chain can begin with it.
    package init(
        network: String, epochLength: Int, validators: [Validator], staking: Staking = Staking()
    ) throws(LocalnetFailure) {
        let text = Self.text(network, epochLength, validators, staking)
        try self.init(
            network: network, epochLength: epochLength, validators: validators, staking: staking,
            bytes: Array(text.utf8))
    }

    init(
        network: String, epochLength: Int, validators: [Validator], staking: Staking, bytes: [UInt8]
    ) throws(LocalnetFailure) {
        self.network = network
        self.epochLength = epochLength
        self.validators = validators
        self.staking = staking
        self.bytes = bytes
        chain = try Self.chain(
            ChainDigest(of: bytes), network: network, epochLength: epochLength, validators, staking)
    }

    /// What every signature of this network begins with.
    public var namespace: String { Self.namespace(of: network) }

    static func namespace(of network: String) -> String { "CONCLAVE_" + network }
}
