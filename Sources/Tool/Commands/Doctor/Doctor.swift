import ConclaveArguments
import ConclaveCryptography
import ConclaveLocalnet
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// `conclave doctor`: tries every validator of a genesis and says what is wrong.
enum Doctor: ToolCommand {
    struct Options: NodeOptions {
        var genesis, key, passphraseFile: String?
        var profile = Profile.local
        var common = CommonOptions()
    }

    /// Validators tried at once: with more, their answers would wait for us and not we for them.
    private static let probesMax = 32

    static let command = Command(
        "conclave doctor", "tries every validator of a genesis and says what is wrong",
        forms: ["--genesis FILE --key FILE [options]"],
        notes: [
            """
            It does the real handshake with each, but for the last frame, so that a running node with the \
            same key keeps its links. Exits with 0 if all is well, with 1 if something is wrong.
            """
        ],
        initial: Options(),
        arguments: [
            .option("--genesis", \.genesis, .file, "the genesis file", .required),
            .option("--key", \.key, .file, "the key file of this node", .required),
            .option(
                "--passphrase-file", \.passphraseFile, .file, "a file whose first line opens a sealed key"),
            .option("--profile", \.profile, .profile, "whose limits count: local or production"),
        ], Argument.common)

    static func run(_ options: Options, console: Console) throws(Failure) -> ExitCode {
        guard let path = options.genesis, let keyPath = options.key else {
            throw Failure(.internalError, "an option that must be there is not")
        }
        let genesis = try Failure.converting { () throws(LocalnetFailure) in try Genesis(file: path) }
        let key = try KeyReading.key(in: keyPath, passphraseFile: options.passphraseFile)
        guard let namespace = try? Namespace(genesis.namespace) else {
            throw Failure(.internalError, "a network has no name")
        }
        let identity = HandshakeIdentity(key: key, namespace: namespace)
        return try NodeProgram.run("doctor", loops: 1, common: options.common) {
            context, signals throws(Failure) in
            context.spawn("signals") { context in
                // Nothing is half done: Ctrl-C ends it where it is.
                if await signals.next() != nil { context.cancel() }
            }
            let report = await examine(genesis, identity, options.profile, context)
            guard !context.isShuttingDown else { return .goalMissed }
            let lines = options.common.isJSON ? report.json.map(\.text) : report.lines.map(printable)
            console.result(lines.joined(separator: "\n"))
            return report.problems == 0 ? .success : .goalMissed
        }
    }

    private static func examine(
        _ genesis: Genesis, _ identity: HandshakeIdentity, _ profile: Profile, _ context: Context
    ) async -> DoctorReport {
        let key = identity.key.publicKey
        let own = genesis.validators.firstIndex { $0.publicKey == key }
        let ourselves = await OwnNode(genesis: genesis, index: own, key: "\(key)", context: context)
            .findings()
        let others = genesis.validators.indices.filter { $0 != own }
        let outcomes = await probe(others, of: genesis, Probe(identity: identity, context: context), context)
        let diagnosis = Diagnosis(genesis: genesis, profile: profile, outcomes: outcomes)
        let patients = outcomes.map { outcome in
            DoctorReport.Patient(
                index: outcome.index, probe: outcome.probe, findings: diagnosis.findings(of: outcome))
        }
        return DoctorReport(
            genesis: genesis, own: own, key: "\(key)", ourselves: ourselves, patients: patients)
    }

    private static func probe(
        _ indices: [Int], of genesis: Genesis, _ probe: Probe, _ context: Context
    ) async -> [Diagnosis.Outcome] {
        let queue = Lock(indices[...])
        let outcomes = Lock(SortedArray<Int, ProbeOutcome>())
        let workers = (0..<min(probesMax, indices.count)).map { number in
            context.spawn("worker-\(number)") { _ in
                while let index = queue.withLock({ $0.popFirst() }) {
                    let outcome = await probe.validator(genesis.validators[index])
                    outcomes.withLock { $0[index] = outcome }
                }
            }
        }
        for worker in workers { await worker.ended() }
        return outcomes.withLock { $0.map { Diagnosis.Outcome(index: $0.key, probe: $0.value) } }
    }
}
