import ConclaveArguments
import ConclaveCodec
import ConclaveCryptography

/// What the commands of `conclave stake` that send something accept.
struct StakeOptions: NodeOptions {
    var http: Ingress?
    var genesis: String?
    var key: String?
    var passphraseFile: String?
    var amount: UInt64?
    var recipient: PublicKey?
    var networkKey: String?
    var address: Ingress?
    var common = CommonOptions()

    /// What all of them need.
    static let sender: [Argument<StakeOptions>] = [
        .option("--key", \.key, .file, "the key file of the account", .required),
        .option("--passphrase-file", \.passphraseFile, .file, "a file whose first line opens the key file"),
        .option("--genesis", \.genesis, .file, "the genesis file of the network", .required),
        .option("--http", \.http, .ingress, "where a validator answers for the chain", .required),
    ]

    static func amount(_ summary: String) -> Argument<StakeOptions> {
        .option("--amount", \.amount, .amount, summary, .required)
    }

    static let recipient: Argument<StakeOptions> =
        .option("--to", \.recipient, .publicKey, "the account that gets it", .required)

    /// How the validator is reached.
    static func contact(_ need: Need) -> [Argument<StakeOptions>] {
        [
            .option(
                "--network-key", \.networkKey, .file, "the key file that the validator runs with", need),
            .option("--address", \.address, .ingress, "where the others dial the validator", need),
        ]
    }
}
