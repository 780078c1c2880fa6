import ConclaveArguments
import ConclaveCryptography
import ConclaveLocalnet
import ConclaveSystem

/// `conclave keygen`: writes a key file, or shows the public key of one.
enum Keygen: ToolCommand {
    struct Options: Sendable {
        var out: String?
        var show: String?
        var passphraseFile: String?
        var seed: [UInt8]?
        var isJSON = false
    }

    static let command = Command(
        "conclave keygen", "writes a key file and prints its public key",
        forms: [
            "--out FILE [--passphrase-file FILE] [--seed-hex HEX]", "--show FILE [--passphrase-file FILE]",
        ],
        initial: Options(),
        arguments: [
            .option("--out", \.out, .file, "the key file to write; one that exists is never overwritten"),
            .option("--show", \.show, .file, "prints the public key of this key file"),
            .option(
                "--passphrase-file", \.passphraseFile, .file,
                "a file whose first line is a passphrase that seals the key"),
            .option(
                "--seed-hex", \.seed, .hex(bytes: SigningKey.seedByteCount),
                "makes the key of this seed instead of chance; whoever sees the command line knows the key"),
            .flag("--json", \.isJSON, "prints JSON"),
        ])

    static func run(_ options: Options, console: Console) throws(Failure) -> ExitCode {
        let key: PublicKey
        switch (options.out, options.show) {
        case (let path?, nil): key = try write(path, options)
        case (nil, let path?):
            if options.seed != nil { throw Failure(.usage, "--seed-hex makes a key, --show only shows one") }
            key = try KeyReading.key(in: path, passphraseFile: options.passphraseFile).publicKey
        case (nil, nil), (.some, .some):
            throw Failure(
                .usage, "conclave keygen needs either --out FILE or --show FILE; see conclave keygen --help")
        }
        let line: JSONLine = ["publicKey": .string("\(key)")]
        console.result(options.isJSON ? line.text : "\(key)")
        return .success
    }

    private static func write(_ path: String, _ options: Options) throws(Failure) -> PublicKey {
        let key = try key(options.seed ?? SystemEntropy().bytes(SigningKey.seedByteCount))
        try Failure.converting { () throws(LocalnetFailure) in
            var protection: KeyFile.Protection?
            if let file = options.passphraseFile {
                protection = .init(
                    passphrase: try KeyFile.passphrase(in: file), entropy: SystemEntropy().bytes)
            }
            try KeyFile.write(key, to: path, protection: protection)
        }
        return key.publicKey
    }

    private static func key(_ seed: [UInt8]) throws(Failure) -> SigningKey {
        do throws(KeyError) {
            return try SigningKey(seed: seed)
        } catch {
            throw Failure(.unavailable, "there is no memory to lock for a key; raise 'ulimit -l'")
        }
    }
}
