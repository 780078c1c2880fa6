import ConclaveArguments
import ConclaveChain
import ConclaveCodec

/// What `conclave chain …` and `conclave stake list` accept.
struct ChainOptions: NodeOptions {
    var http: Ingress?
    /// Of a block; nil for the newest.
    var height: UInt64?
    var hash: ChainDigest?
    /// With the last block of each epoch before, for who believes nothing but the genesis.
    var isProof = false
    var common = CommonOptions()

    static let arguments: [Argument<ChainOptions>] = [
        .option("--http", \.http, .ingress, "where a validator answers for the chain", .required)
    ]
}

/// `conclave chain`: reads blocks, transactions and validators.
enum ChainCommands {
    static let group = CommandGroup(
        word: "chain", summary: "reads the chain of a running validator",
        commands: [ChainBlock.self, ChainTransaction.self, ChainValidators.self])

    static let note = "The validator must run with --chain-http ADDR."
}

/// `conclave chain block`.
enum ChainBlock: ToolCommand {
    static let command = Command(
        "conclave chain block", "shows a final block", forms: ["[HEIGHT] --http ADDR [--proof] [--json]"],
        notes: [ChainCommands.note], initial: ChainOptions(),
        arguments: [
            .positional(\.height, .height, "of the block; the newest if left out", .optional),
            .flag(
                "--proof", \.isProof,
                "shows the last block of each epoch before it first, for conclave verify"),
        ],
        ChainOptions.arguments, Argument.common)

    static func run(_ options: ChainOptions, console: Console) throws(Failure) -> ExitCode {
        guard options.isProof else {
            return try options.show(question(options.height), console, lines: \ChainSight.Block.lines)
        }
        guard let address = options.http else {
            throw Failure(.internalError, "an option that must be there is not")
        }
        return try NodeProgram.run("reader", loops: 1, common: options.common) {
            [height = options.height, isJSON = options.common.isJSON] context, _ throws(Failure) in
            let reader = ChainReader(address, context)
            // The block itself is asked for first: the newest may be in a later epoch a moment after.
            let wanted: Page = try await reader.answer(to: question(height))
            let seats: ChainSight.Validators = try await reader.answer(to: ChainValidators.question).value
            for height in wanted.value.handOvers(epochLength: seats.epochLength) {
                show(try await reader.answer(to: question(height)), console, isJSON)
            }
            show(wanted, console, isJSON)
            return .success
        }
    }

    private typealias Page = (text: String, value: ChainSight.Block)

    private static func show(_ page: Page, _ console: Console, _ isJSON: Bool) {
        console.result(isJSON ? page.text : page.value.lines.joined(separator: "\n"))
    }

    static func question(_ height: UInt64?) -> HTTPQuestion {
        HTTPQuestion("/chain/blocks/" + (height.map(String.init) ?? "latest"))
    }
}

/// `conclave chain tx`.
enum ChainTransaction: ToolCommand {
    static let command = Command(
        "conclave chain tx", "shows a transaction, and whether it is final",
        forms: ["HASH --http ADDR [--json]"], notes: [ChainCommands.note], initial: ChainOptions(),
        arguments: [.positional(\.hash, .digest, "of the transaction, as it was printed when it was sent")],
        ChainOptions.arguments, Argument.common)

    static func run(_ options: ChainOptions, console: Console) throws(Failure) -> ExitCode {
        guard let hash = options.hash else {
            throw Failure(.internalError, "an argument that must be there is not")
        }
        return try options.show(question(hash), console, lines: \ChainSight.Transaction.lines)
    }

    static func question(_ hash: ChainDigest) -> HTTPQuestion { HTTPQuestion("/chain/transactions/\(hash)") }
}

/// `conclave chain validators`.
enum ChainValidators: ToolCommand {
    static let question = HTTPQuestion("/chain/validators")

    static let command = Command(
        "conclave chain validators", "shows who validates now and next", forms: ["--http ADDR [--json]"],
        notes: [ChainCommands.note], initial: ChainOptions(), arguments: ChainOptions.arguments,
        Argument.common)

    static func run(_ options: ChainOptions, console: Console) throws(Failure) -> ExitCode {
        try options.show(question, console, lines: \ChainSight.Validators.lines)
    }
}

extension ChainOptions {
    /// Asks the validator and prints what it says: the page as it is for programs, lines for people.
    func show<Value: Decodable & SendableMetatype>(
        _ question: HTTPQuestion, _ console: Console, lines: any KeyPath<Value, [String]> & Sendable
    ) throws(Failure) -> ExitCode {
        guard let address = http else {
            throw Failure(.internalError, "an option that must be there is not")
        }
        return try NodeProgram.run("reader", loops: 1, common: common) {
            [isJSON = common.isJSON] context, _ throws(Failure) in
            let answer: (text: String, value: Value) =
                try await ChainReader(address, context).answer(to: question)
            console.result(isJSON ? answer.text : answer.value[keyPath: lines].joined(separator: "\n"))
            return .success
        }
    }
}

extension ValueKind where Value == UInt64 {
    static var height: ValueKind {
        ValueKind("HEIGHT", expected: "a height such as 17") { word in
            word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(word) : nil
        }
    }

    /// Of what there is on the chain.
    static var amount: ValueKind {
        ValueKind("N", expected: "a whole number from 1 to \(Account.supplyMax)") { word in
            let isNumber = word.utf8.allSatisfy { (0x30...0x39).contains($0) }
            return isNumber ? UInt64(word).flatMap { (1...Account.supplyMax).contains($0) ? $0 : nil } : nil
        }
    }
}

extension ValueKind where Value == ChainDigest {
    static var digest: ValueKind {
        ValueKind("HASH", expected: "64 hexadecimal digits") { word in
            Hex.bytes(word).flatMap { ChainDigest($0) }
        }
    }
}
