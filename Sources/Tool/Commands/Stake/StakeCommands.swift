import ConclaveArguments
import ConclaveCodec
import ConclaveCryptography
import ConclaveRuntime

/// `conclave stake`: moves stakes and balances.
enum StakeCommands {
    static let group = CommandGroup(
        word: "stake", summary: "stakes, unstakes and transfers on the chain of a localnet",
        commands: [
            StakeBond.self, StakeUnbond.self, StakeRotate.self, StakeTransfer.self, StakeList.self,
        ])

    static let note = """
        Ends when the validator has taken the transaction, and prints its hash; conclave chain tx HASH tells \
        when it is final. Exits with 1 if the validator refuses it. The validator must run with \
        --chain-http ADDR.
        """

    /// Signs what `options` say with the account's next nonce, and sends it.
    static func send(
        _ kind: StakeOrder.Kind, _ options: StakeOptions, _ console: Console
    ) throws(Failure) -> ExitCode {
        guard let address = options.http else {
            throw Failure(.internalError, "an option that must be there is not")
        }
        let order = try StakeOrder(kind, options)
        return try NodeProgram.run("stake", loops: 1, common: options.common) {
            [isJSON = options.common.isJSON] context, _ throws(Failure) in
            let reader = ChainReader(address, context)
            let account = try await reader.answer(
                to: HTTPQuestion("/chain/accounts/\(order.key.publicKey)"), as: ChainSight.Account.self)
            let sent = try await order.send(through: reader, nonce: account.value.nextNonce)
            console.result(isJSON ? sent.text : printable(sent.value.hash))
            return .success
        }
    }
}

/// `conclave stake bond`.
enum StakeBond: ToolCommand {
    static let command = Command(
        "conclave stake bond", "stakes a part of the balance",
        forms: ["--amount N --key FILE --genesis FILE --http ADDR [options]"],
        notes: [
            """
            The first bond of an account names the network key and the address of its validator, which runs \
            from the next epoch on whose set is announced.
            """, StakeCommands.note,
        ], initial: StakeOptions(), arguments: [StakeOptions.amount("how much is staked")],
        StakeOptions.sender, StakeOptions.contact(.optional), Argument.common)

    static func run(_ options: StakeOptions, console: Console) throws(Failure) -> ExitCode {
        try StakeCommands.send(.bond, options, console)
    }
}

/// `conclave stake unbond`.
enum StakeUnbond: ToolCommand {
    static let command = Command(
        "conclave stake unbond", "takes a part of the stake back, or all of it",
        forms: ["--amount N --key FILE --genesis FILE --http ADDR [options]"],
        notes: [
            "It may be spent unbondingEpochs later, as the genesis file says; who takes all back is no "
                + "validator from the next epoch on whose set is announced.", StakeCommands.note,
        ], initial: StakeOptions(), arguments: [StakeOptions.amount("how much is taken back")],
        StakeOptions.sender, Argument.common)

    static func run(_ options: StakeOptions, console: Console) throws(Failure) -> ExitCode {
        try StakeCommands.send(.unbond, options, console)
    }
}

/// `conclave stake rotate`.
enum StakeRotate: ToolCommand {
    static let command = Command(
        "conclave stake rotate", "changes the key and the address that a validator runs with",
        forms: ["--network-key FILE --address ADDR --key FILE --genesis FILE --http ADDR [options]"],
        notes: [
            "It holds from the next epoch on whose set is announced; until then the old key must run.",
            StakeCommands.note,
        ], initial: StakeOptions(), arguments: StakeOptions.contact(.required), StakeOptions.sender,
        Argument.common)

    static func run(_ options: StakeOptions, console: Console) throws(Failure) -> ExitCode {
        try StakeCommands.send(.rotate, options, console)
    }
}

/// `conclave stake transfer`.
enum StakeTransfer: ToolCommand {
    static let command = Command(
        "conclave stake transfer", "gives a part of the balance to another account",
        forms: ["--to HEX --amount N --key FILE --genesis FILE --http ADDR [options]"],
        notes: [StakeCommands.note], initial: StakeOptions(),
        arguments: [StakeOptions.recipient, StakeOptions.amount("how much is given")], StakeOptions.sender,
        Argument.common)

    static func run(_ options: StakeOptions, console: Console) throws(Failure) -> ExitCode {
        try StakeCommands.send(.transfer, options, console)
    }
}

/// `conclave stake list`.
enum StakeList: ToolCommand {
    struct Options: NodeOptions {
        var http: Ingress?
        var account: PublicKey?
        var common = CommonOptions()
    }

    static let command = Command(
        "conclave stake list", "shows the stakes of the validators, or one account",
        forms: ["--http ADDR [--account HEX] [--json]"], notes: [ChainCommands.note], initial: Options(),
        arguments: [
            .option("--http", \.http, .ingress, "where a validator answers for the chain", .required),
            .option("--account", \.account, .publicKey, "shows what this account owns instead"),
        ], Argument.common)

    static func run(_ options: Options, console: Console) throws(Failure) -> ExitCode {
        var chain = ChainOptions()
        chain.http = options.http
        chain.common = options.common
        guard let account = options.account else {
            return try chain.show(ChainValidators.question, console, lines: \ChainSight.Validators.lines)
        }
        return try chain.show(
            HTTPQuestion("/chain/accounts/\(account)"), console, lines: \ChainSight.Account.lines)
    }
}
