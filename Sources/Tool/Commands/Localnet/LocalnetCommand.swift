import ConclaveArguments
import ConclaveCodec
import ConclaveLocalnet
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry

/// `conclave localnet`: makes the data folder, starts the validators as processes, and shows them live.
enum LocalnetCommand: ToolCommand {
    struct Options: NodeOptions {
        var validators: Int?
        var data = ".localnet"
        var basePort: Int?
        var isFresh = false
        var wire = Wire.native
        var loops = 1
        var duration: Duration?
        var epochBlocks: Int?
        var blockTime = Duration.zero
        var killEvery: Duration?
        var byzantine = 0
        var isRotating = false
        var common = CommonOptions()
    }

    static let validatorsDefault = 4
    /// Each is a process with its own threads; beyond it one machine shows nothing new.
    static let validatorsMax = 100

    static let command = Command(
        "conclave localnet", "runs validators as processes on this machine and shows them live",
        forms: ["[options]"],
        notes: [
            """
            The data folder holds the genesis file and, for each validator, its key and its log. An \
            existing one is continued. A validator that dies is started again. Ends with Ctrl-C or after \
            --for, and exits with 0 if then every validator was connected to every other and had heard it, \
            and all honest ones agree on the blocks and went on to the end. Each is seen over HTTP on \
            127.0.0.1, at its own port plus 1,000 if that is free, and answers for its chain at its own \
            port plus 2,000.
            """
        ],
        initial: Options(),
        arguments: [
            .option(
                "--validators", \.validators, .integer(1...validatorsMax),
                "how many; \(validatorsDefault) in a new folder if left out"),
            .option("--for", \.duration, .duration, "ends after this time"),
            .option(
                "--epoch-blocks", \.epochBlocks, .integer(2...1_000_000),
                "blocks in an epoch; 100 in a new folder if left out"),
            .option(
                "--block-time", \.blockTime, .duration,
                "from one block to the next at least; as fast as they agree if left out"),
            .option(
                "--kill-every", \.killEvery, .duration,
                "kills one at random so often, to show that the rest go on"),
            .flag(
                "--rotate", \.isRotating,
                "validators leave and come back one after the other, by staking transactions"),
            .option(
                "--byzantine", \.byzantine, .integer(0...validatorsMax),
                "so many vote twice in each view; fewer than a third"),
            .option("--data", \.data, .folder, "the data folder"),
            .flag("--fresh", \.isFresh, "starts anew: deletes what a localnet left in the folder"),
            .option(
                "--base-port", \.basePort, .integer(1...65_535),
                "the first validator's port, the others follow; any free ones if left out"),
            .option("--wire", \.wire, .choice("PROFILE"), "what validators dial in: native or commonware"),
            .option("--loops", \.loops, .integer(1...256), "threads that run each validator's network"),
        ], Argument.common)

    static func run(_ options: Options, console: Console) throws(Failure) -> ExitCode {
        let output = LiveOutput(console)
        defer { output.finish() }
        return try NodeProgram.run("localnet", loops: 1, common: options.common) {
            context, signals throws(Failure) in
            try await Failure.awaiting { () async throws(LocalnetFailure) in
                try await run(options, context, signals, output.console)
            }
        }
    }

    private static func run(
        _ options: Options, _ context: Context, _ signals: Mailbox<Signal>, _ console: Console
    ) async throws(LocalnetFailure) -> ExitCode {
        let folder = try DataFolder.open(options.data)
        let genesis = try genesis(in: folder, options, context)
        let validators = genesis.validators.count
        try Descriptors.require(64 + 4 * validators, for: "a localnet of \(validators)")
        let httpPorts = PortChoice.httpPorts(for: genesis.validators.map(\.address.port)) {
            isFree($0, context)
        }
        let chainPorts = PortChoice.chainPorts(
            for: genesis.validators.map(\.address.port), besides: httpPorts
        ) { isFree($0, context) }
        let view = LocalnetView(
            folder: options.data, keys: genesis.validators.map(\.publicKey), httpPort: httpPorts.first,
            isJSON: options.common.isJSON, console: console)
        let plan = Supervisor.Plan(
            folder: options.data, genesis: genesis, wire: options.wire, loops: options.loops,
            httpPorts: httpPorts,
            chainPorts: chainPorts, trials: try trials(options, validators: validators),
            logLevel: min(options.common.logLevel, .info),
            logFormat: options.common.logFormat)
        let supervisor = Supervisor(plan, context: context) { view.show($0) }
        context.spawn("signals") { _ in
            while await signals.next() != nil { supervisor.stop() }
        }
        if let duration = options.duration {
            context.spawn("end") { context in
                try await context.sleep(for: duration)
                supervisor.stop()
            }
        }
        if options.isRotating {
            let rotation = Rotation(
                folder: options.data, genesis: genesis, chainPorts: chainPorts,
                count: validators - options.byzantine, context: context)
            context.spawn("rotation") { _ in try await rotation.run() }
        }
        let outcome = try await supervisor.run()
        console.result(options.common.isJSON ? outcome.json.text : outcome.text)
        // Held until here: while a process of ours runs, no other localnet may use the folder.
        _ = folder.path
        return outcome.isWhole && outcome.chain.isWhole ? .success : .goalMissed
    }

    /// How long before the end the last one is killed: it must start and catch up.
    private static let killsEndBefore = Duration.seconds(5)

    private static func trials(
        _ options: Options, validators: Int
    ) throws(LocalnetFailure) -> Supervisor.Trials {
        guard options.byzantine * 3 < validators else {
            throw .badUsage(
                "--byzantine: of \(validators) validators fewer than a third may lie, "
                    + "not \(options.byzantine)"
            )
        }
        var trials = Supervisor.Trials()
        trials.blockTime = options.blockTime
        trials.killEvery = options.killEvery
        trials.killsUntil = options.duration.map { $0 - killsEndBefore }
        trials.equivocators = options.byzantine
        return trials
    }

    private static func genesis(
        in folder: borrowing DataFolder, _ options: Options, _ context: Context
    ) throws(LocalnetFailure) -> Genesis {
        if options.isFresh { try folder.clear() }
        if let genesis = try folder.genesis() {
            try check(genesis, options, context)
            return genesis
        }
        let choice: PortChoice = options.basePort.flatMap(UInt16.init(exactly:)).map { .from($0) } ?? .anyFree
        let ports = try choice.ports(options.validators ?? validatorsDefault) { isFree($0, context) }
        return try folder.make(ports: ports, epochLength: options.epochBlocks, entropy: context.entropy.bytes)
    }

    /// An existing folder is continued as it is: what was asked for must be what is there.
    private static func check(
        _ genesis: Genesis, _ options: Options, _ context: Context
    ) throws(LocalnetFailure) {
        let there = genesis.validators.count
        if let asked = options.validators, asked != there {
            throw .badUsage(
                "--validators: \(quoted(options.data)) has \(there), not \(asked); --fresh starts anew")
        }
        if let asked = options.epochBlocks, asked != genesis.epochLength {
            throw .badUsage(
                "--epoch-blocks: \(quoted(options.data)) has \(genesis.epochLength), not \(asked); "
                    + "--fresh starts anew")
        }
        let first = genesis.validators[0].address.port
        if let asked = options.basePort, asked != Int(first) {
            throw .badUsage(
                "--base-port: \(quoted(options.data)) begins at \(first), not \(asked); --fresh starts anew")
        }
        for validator in genesis.validators {
            guard let address = validator.address.socket, !isFree(address.port, context) else { continue }
            throw .unavailable("\(address) is in use; stop who listens there, or --fresh takes other ports")
        }
    }

    private static func isFree(_ port: UInt16, _ context: Context) -> Bool {
        let address = SocketAddress(.loopback, port: port)
        guard let acceptor = try? context.network.listen(on: address, executor: context.executor) else {
            return false
        }
        acceptor.close()
        return true
    }
}
