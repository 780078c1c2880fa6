import ConclaveArguments
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

    /// One validator.
    public struct Validator: Hashable, Sendable {
        public let publicKey: PublicKey
        /// Where the others dial it.
        public let address: Ingress
        /// Its share of the votes.
        public let weight: Int

        public init(publicKey: PublicKey, address: Ingress, weight: Int) {
            self.publicKey = publicKey
            self.address = address
            self.weight = weight
        }
    }

    /// Most validators; beyond it votes alone would fill the links.
    public static let validatorsMax = 1_024
    /// A sum of so many weights still fits into an integer that JSON carries without loss.
    public static let weightMax = 1 << 40
    static let epochLengthMax = 1 << 40
    static let networkBytesMax = 64
    /// Longest file in bytes; one with the most validators and the longest names has half of that.
    static let bytesMax = 1 << 20

    static let type = "conclave-genesis"
    static let version = 1

    init(network: String, epochLength: Int, validators: [Validator]) {
        self.network = network
        self.epochLength = epochLength
        self.validators = validators
    }

    /// What every signature of this network begins with.
    public var namespace: String { "CONCLAVE_" + network }
}
