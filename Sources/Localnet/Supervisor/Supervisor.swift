import ConclaveArguments
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
public import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry

/// Runs the validators of a localnet as processes of this same program: performs what ``SupervisionMachine``
/// decides, and shows what happens.
///
/// Its validators end by themselves when it is gone, however it died: their standard input closes.
public actor Supervisor {
    /// Between two views of the states.
    static let viewInterval = Duration.milliseconds(250)
    /// Events that wait; each validator says a few lines a second.
    private static let eventsMax = 65_536

    private nonisolated let plan: Plan
    private nonisolated let context: Context
    private nonisolated let show: @Sendable (Sight) -> Void
    private nonisolated let events = Mailbox<SupervisionMachine.Event>(
        capacity: eventsMax, overflow: .refuseNewest)
    private nonisolated let begunAt: Instant
    private var record: LocalnetRecord
    private var processes: [ChildProcess?]
    private var isStopping = false

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    /// - Parameter show: takes what happens, on the context's executor.
    public init(_ plan: Plan, context: Context, show: @escaping @Sendable (Sight) -> Void) {
        self.plan = plan
        self.context = context
        self.show = show
        begunAt = context.clock.now
        record = LocalnetRecord(
            peers: plan.genesis.validators.map(\.publicKey), liars: plan.trials.equivocators,
            patience: plan.trials.patience, at: begunAt)
        processes = Array(repeating: nil, count: plan.genesis.validators.count)
    }

    /// Asks for the end; a second time it is at once.
    public nonisolated func stop() {
        events.offer(.stopAsked)
    }

    /// Runs the localnet until it is stopped, and until nothing of it runs any more.
    public func run() async throws(LocalnetFailure) -> LocalnetOutcome {
        let views = context.spawn("view") { context in
            while true {
                await self.showStates()
                try await context.sleep(for: Self.viewInterval)
            }
        }
        defer { views.cancel() }
        if let pause = plan.trials.killEvery { killNowAndThen(pause) }
        var ending = perform(record.begin())
        while ending == nil, let event = await events.next() {
            tell(of: event)
            ending = perform(record.on(event, at: context.clock.now))
        }
        if case .hopeless(let index, let code)? = ending {
            throw LocalnetFailure(
                exitCode: code,
                Self.lastLine(of: DataFolder.logPath(of: index, in: plan.folder), index: index))
        }
        return record.outcome(at: context.clock.now)
    }

    private func killNowAndThen(_ pause: Duration) {
        let until = plan.trials.killsUntil.map { begunAt.advanced(by: $0) } ?? .distantFuture
        context.spawn("kills") { [events] context in
            while context.clock.now.advanced(by: pause) < until {
                try await context.sleep(for: pause)
                let draw = context.entropy.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
                events.offer(.killAsked(draw))
            }
        }
    }

    private func showStates() {
        // The last view that stays is the one of the running localnet.
        guard !isStopping else { return }
        let now = context.clock.now
        show(.states(record.validators, elapsed: begunAt.duration(to: now), at: now))
    }

    /// Returns how it ended, if that is one of the actions.
    private func perform(_ actions: [SupervisionMachine.Action]) -> SupervisionMachine.Ending? {
        for action in actions {
            switch action {
            case .start(let index): start(index)
            case .silence(let index): processes[index]?.send(.terminate)
            case .release(let index): processes[index]?.closeInput()
            case .kill(let index): processes[index]?.send(.kill)
            case .wake(let instant): wake(at: instant)
            case .finish(let ending): return ending
            }
        }
        return nil
    }

    private func wake(at instant: Instant) {
        context.spawn("wake") { context in
            try await context.sleep(until: instant)
            self.events.offer(.woke)
        }
    }

    private func start(_ index: Int) {
        let command = ChildProcess.Command(
            path: "/proc/self/exe",
            arguments: [
                "validator", "--data", plan.folder, "--index", "\(index)", "--loops", "\(plan.loops)",
                "--log-level", plan.logLevel.name, "--log-format", plan.logFormat.rawValue, "--json",
                "--supervised", "--wire", plan.wire.rawValue,
            ] + plan.httpPorts.dropFirst(index).prefix(1).flatMap { ["--http", "127.0.0.1:\($0)"] }
                + plan.chainPorts.dropFirst(index).prefix(1).flatMap { ["--chain-http", "127.0.0.1:\($0)"] }
                + trials(of: index),
            errors: .file(DataFolder.logPath(of: index, in: plan.folder)))
        do throws(HostFailure) {
            let process = try ChildProcess(command, in: context)
            processes[index] = process
            show(.event(.started(index, process: process.identifier)))
            events.offer(.started(index))
            context.spawn("validator-\(index)") { _ in try await self.watch(process, index) }
        } catch {
            show(.event(.failed(index, reason: LocalnetFailure(error).message)))
            events.offer(.startFailed(index))
        }
    }

    private func trials(of index: Int) -> [String] {
        let isHonest = index < plan.genesis.validators.count - plan.trials.equivocators
        let pace =
            plan.trials.blockTime > .zero
            ? ["--set", "blockTime=\(durationText(plan.trials.blockTime))"] : []
        return pace + (isHonest ? [] : ["--equivocate"])
    }

    /// Passes on what a process says, then how it ended.
    private nonisolated func watch(_ process: ChildProcess, _ index: Int) async throws {
        while let line = await process.lines.next() {
            if let said = ValidatorLine(reading: Array(line.utf8)) { events.offer(.said(index, said)) }
        }
        let end: ProcessEnd =
            switch try await process.exit() {
            case .code(let code): .exited(code)
            case .signal(let signal): .signalled(signal)
            case .unknown: .unknown
            }
        events.offer(.ended(index, end))
    }

    private func tell(of event: SupervisionMachine.Event) {
        switch event {
        case .said(_, .chain(let news)) where !record.isNew(news): break
        case .said(let index, let line):
            // That links end when everything ends is no news.
            guard !isStopping, let event = LocalnetEvent(index, line, validators: plan.genesis.validators)
            else { return }
            show(.event(event))
        case .ended(let index, let end): show(.event(.ended(index, end)))
        case .stopAsked: isStopping = true
        case .started, .startFailed, .woke, .killAsked: break
        }
    }

    /// What a validator last logged: why it could not run.
    private static func lastLine(of log: String, index: Int) -> String {
        let text = (try? SystemFile.tail(log, limit: 4_096)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = text.split(separator: "\n").last ?? "see \(log)"
        return "validator \(index) cannot run: \(line.trimmingPrefix("conclave: "))"
    }
}
