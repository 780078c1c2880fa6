import ConclaveArguments
import ConclaveConsensusCore
import ConclaveLocalnet

/// `conclave verify`: checks offline that a block is final.
enum Verify: ToolCommand {
    struct Options: NodeOptions {
        var genesis: String?
        var block: String?
        var common = CommonOptions()
    }

    /// Longest file in bytes: with four validators the hand-overs of ten thousand epochs.
    private static let fileBytesMax = 64 << 20

    static let command = Command(
        "conclave verify", "checks a block's certificate offline", forms: ["--genesis FILE BLOCK [--json]"],
        notes: [
            """
            BLOCK is a file with what conclave chain block HEIGHT --proof --json prints: the last block of \
            each epoch before, which names the validators of the next, and the block. A block of the first \
            epoch needs no --proof. Nothing but the genesis file is believed. Exits with 1 if the block \
            is not proven to be final.
            """
        ],
        initial: Options(),
        arguments: [
            .option("--genesis", \.genesis, .file, "the genesis file of the network", .required),
            .positional(\.block, .file.named("BLOCK"), "a file with the block"),
        ], Argument.common)

    static func run(_ options: Options, console: Console) throws(Failure) -> ExitCode {
        guard let genesisFile = options.genesis, let blockFile = options.block else {
            throw Failure(.internalError, "an argument that must be there is not")
        }
        let (genesis, bytes) = try Failure.converting { () throws(LocalnetFailure) in
            (try Genesis(file: genesisFile), try SystemFile.read(blockFile, limit: fileBytesMax))
        }
        let proof = try BlockProof(bytes, from: blockFile)
        let header = try proof.verify(against: genesis)
        let line: JSONLine = [
            "height": .integer(Int(clamping: header.height.number)),
            "epoch": .integer(Int(clamping: header.epoch.number)), "digest": .string("\(header.digest)"),
            "final": .boolean(true),
        ]
        console.result(
            options.common.isJSON
                ? line.text
                : "block \(header.height) of epoch \(header.epoch) is final: \(header.digest)")
        return .success
    }
}
