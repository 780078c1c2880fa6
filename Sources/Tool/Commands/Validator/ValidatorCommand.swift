import ConclaveArguments
import ConclaveCodec
import ConclaveConsensus
import ConclaveHTTP
import ConclaveLocalnet
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Glibc

/// `conclave validator`: one validator in the foreground.
enum ValidatorCommand: ToolCommand {
    struct Options: NodeOptions {
        var data, config: String?
        var index: Int?
        var settings: [String] = []
        var wire: Wire?
        var http: SocketAddress?
        var httpReach: HTTPReach?
        var chainHTTP: SocketAddress?
        var hasNeverVoted = false
        var isEquivocating = false
        var isSupervised = false
        var loops = 1
        var common = CommonOptions(logLevel: .info)
    }

    static let command = Command(
        "conclave validator", "runs one validator in the foreground",
        forms: ["--data FOLDER --index I [options]", "--config FILE [options]"],
        notes: [
            """
            A setting is one of \(NodeSettings.names.joined(separator: ", ")). The file gives it as \
            {"pingFrequency":"10s"}, the environment as CONCLAVE_PING_FREQUENCY=10s, a flag as \
            --set pingFrequency=10s; the later of these wins. SIGHUP reads \
            quotas and peers again.
            """
        ],
        initial: Options(),
        arguments: [
            .option("--data", \.data, .folder, "the data folder of a localnet"),
            .option(
                "--index", \.index, .integer(0...Genesis.validatorsMax - 1).named("I"),
                "which of its validators"),
            .option("--config", \.config, .file, "a configuration file in JSON, which names key and genesis"),
            .options("--set", \.settings, .text.named("NAME=VALUE"), "changes a setting"),
            .option(
                "--wire", \.wire, .choice("PROFILE"),
                "what is dialled in: native (the default) or commonware; both are answered"),
            .option("--http", \.http, .listenAddress, "shows the node over HTTP there"),
            .option("--chain-http", \.chainHTTP, .listenAddress, "answers for the chain over HTTP there"),
            .option(
                "--http-reach", \.httpReach, .choice("REACH"),
                "whence both may be reached: loopback (the default) or anywhere"),
            .flag(
                "--never-voted", \.hasNeverVoted,
                "the key has never voted on this chain: if its store is empty, it votes at once"),
            .option("--loops", \.loops, .integer(1...256), "threads that run the network"),
            .flag("--supervised", \.isSupervised, "ends when standard input does; localnet starts it so"),
            .flag(
                "--equivocate", \.isEquivocating,
                "with --supervised: votes twice in each view, to show that the others bear it"),
        ], Argument.common)

    static func run(_ options: Options, console: Console) throws(Failure) -> ExitCode {
        var plan = try Failure.converting { () throws(LocalnetFailure) in try Self.plan(options) }
        if options.hasNeverVoted { plan.history = .neverVoted }
        if options.isEquivocating {
            guard options.isSupervised else {
                throw Failure(.usage, "--equivocate is of localnet --byzantine")
            }
            plan.conduct = .equivocating
        }
        let validators = plan.genesis.validators.count
        try Failure.converting { () throws(LocalnetFailure) in
            try Descriptors.require(
                Descriptors.needed(validators: validators), for: "one of \(validators) validators")
        }
        let output = LiveOutput(console)
        defer { output.finish() }
        return try NodeProgram.run(
            "validator", loops: options.loops, keepingIn: plan.store, common: options.common
        ) { [plan] context, signals throws(Failure) in
            try await Failure.awaiting { () async throws(LocalnetFailure) in
                try await run(plan, options, context, signals, output.console)
            }
        }
    }

    private static func settings(_ options: Options) throws(LocalnetFailure) -> NodeSettings {
        let wire = options.wire.map { ["wire=\($0.rawValue)"] } ?? []
        let http = options.http.map { ["http=\($0)"] } ?? []
        let chain = options.chainHTTP.map { ["chainHttp=\($0)"] } ?? []
        let reach = options.httpReach.map { ["httpReach=\($0.rawValue)"] } ?? []
        return try NodeSettings(
            file: options.config, environment: variable, flags: options.settings + wire + http + chain + reach
        )
    }

    private static func plan(_ options: Options) throws(LocalnetFailure) -> ValidatorPlan {
        let settings = try settings(options)
        switch (options.data, options.index, options.config) {
        case (let folder?, let index?, nil):
            return try ValidatorPlan(folder: folder, index: index, settings: settings)
        case (nil, nil, .some): return try ValidatorPlan(settings: settings)
        case (.some, nil, nil): throw .badUsage("--data needs --index I, which of its validators to run")
        case (nil, .some, _): throw .badUsage("--index is of --data FOLDER, which is missing")
        case (.some, _, .some): throw .badUsage("--data and --config exclude each other")
        case (nil, nil, nil):
            throw .badUsage(
                "either --data FOLDER --index I or --config FILE is needed; see conclave validator --help")
        }
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    private static func run(
        _ plan: ValidatorPlan, _ options: Options, _ context: Context, _ signals: Mailbox<Signal>,
        _ console: Console
    ) async throws(LocalnetFailure) -> ExitCode {
        let text = ValidatorText()
        let validator = try Validator(plan, context: context) { line in
            if let line = options.common.isJSON ? line.json.text : text.line(line) { console.result(line) }
        }
        try await validator.start()
        if options.isSupervised { end(signals, withInputIn: context) }
        var isSilent = false
        while let signal = await signals.next(), signal == .hangUp || options.isSupervised && !isSilent {
            if signal == .hangUp {
                await validator.reload { () throws(LocalnetFailure) in try settings(options) }
            } else {
                await validator.fallSilent()
                isSilent = true
            }
        }
        await validator.stop()
        return .success
    }

    /// Closes `signals` when nobody holds the other end of standard input any more: the supervisor is gone,
    /// or done.
    private static func end(_ signals: Mailbox<Signal>, withInputIn context: Context) {
        let input = StandardInput.lines(in: context)
        context.spawn("input") { _ in
            while await input.next() != nil {}
            signals.close()
        }
    }
}
