import ConclavePrimitives
public import ConclaveRuntime
public import ConclaveTelemetry

/// A network of nodes in one thread, whose whole history follows from a seed.
///
/// It lives on the thread that made it: ``run(for:)`` runs there, and whatever comes from elsewhere has
/// escaped and traps. All that the nodes' code sees of the world comes through its
/// ``/ConclaveRuntime/Context``.
public final class Simulation {
    /// Steps at one instant after which the nodes are taken to keep each other busy for ever.
    private static let stepsAtInstantMax = 1_000_000

    public let network: NetworkControl
    let world: World

    /// - Parameters:
    ///   - conditions: what the network between the nodes is like.
    ///   - log: where the nodes log to.
    ///   - keep: events that the journal keeps for reports.
    public init(
        seed: UInt64, conditions: NetworkConditions = .rack, log: Log = .silent, keep: Int = 256
    ) {
        world = World(seed: seed, conditions: conditions, log: log, keep: keep)
        network = NetworkControl(world: world)
    }

    deinit {
        world.end()
    }

    public var seed: UInt64 { world.seed }
    /// Virtual time since the beginning.
    public var now: Duration { .nanoseconds(Int64(clamping: world.now)) }
    public var journal: Journal { world.journal }
    /// Jobs, turns and alarms since the beginning.
    public var steps: Int { world.steps }
    public var nodes: [SimulatedNode] { world.nodes }

    /// A new node, running.
    ///
    /// - Parameters:
    ///   - loops: executors of each of its processes.
    ///   - clock: how far its clocks are from the truth.
    ///   - disk: what its disk is like; what that held survives the node's crashes.
    public func addNode(
        _ name: String, loops: Int = 1, clock: ClockErrors = .none, disk: DiskConditions = .usual
    ) -> SimulatedNode {
        precondition(loops > 0, "a node has at least one loop")
        var random = SplitMix64(seed: world.drawSeed())
        let number = world.nodes.count
        let node = SimulatedNode(
            name, number: number, loops: loops, clock: clock.clock(of: world, using: &random),
            disk: disk, host: world.fabric.addHost(world: world), world: world)
        world.add(node)
        return node
    }

    /// Writes into the journal what a scenario does; part of the digest.
    public func note(_ text: String) {
        world.note(.note(text))
    }

    // MARK: Running

    /// Lets so much virtual time pass.
    @discardableResult
    public func run(for duration: Duration) -> Outcome {
        run(atMost: duration) { false }
    }

    /// Lets time pass until `isDone`, which is asked whenever all nodes wait.
    @discardableResult
    public func run(atMost duration: Duration, until isDone: () -> Bool) -> Outcome {
        let end = world.now + UInt64(clamping: duration.saturatingNanoseconds)
        while true {
            guard world.settle(stepsMax: Self.stepsAtInstantMax) else { return .busy }
            if isDone() { return .done }
            guard let next = world.nextTime() else {
                world.advance(to: end)
                return .deadlock
            }
            guard next <= end else {
                world.advance(to: end)
                return .timeIsUp
            }
            world.advance(to: next)
            world.occur()
        }
    }

    /// How a run ended.
    public enum Outcome: Hashable, Sendable {
        /// What was waited for came about.
        case done
        case timeIsUp
        /// Nothing is ready and nothing will happen.
        case deadlock
        /// The nodes keep each other busy without time passing.
        case busy
    }

    /// Runs `body` as a task of `node`, and the simulation until it has ended; nil when it did not within
    /// `patience`.
    public func perform<Answer: Sendable>(
        on node: SimulatedNode, within patience: Duration = .seconds(60),
        _ body: @escaping @Sendable (Context) async throws -> Answer
    ) throws -> Answer? {
        let answer = Lock<Result<Answer, any Error>?>(nil)
        node.context.spawn("scenario", onFailure: .ignore) { context in
            do {
                let value = try await body(context)
                answer.withLock { $0 = .success(value) }
            } catch {
                answer.withLock { $0 = .failure(error) }
            }
        }
        run(atMost: patience) { answer.withLock { $0 != nil } }
        return try answer.withLock { $0 }?.get()
    }

    // MARK: Reports

    /// What every node waits for, and the last events: for a failure's report.
    public func report(events: Int = 40) -> String {
        let trees = nodes.map { node in
            node.isRunning ? "\(node.context.tree())  holds \(node.remains)\n" : "\(node.name) is down\n"
        }
        return "seed \(seed), \(now) after the start, \(steps) steps\n" + trees.joined()
            + history(last: events).map { "\($0)\n" }.joined()
    }

    /// How much of a history is told.
    public enum Detail: Hashable, Sendable {
        case everything
        /// All but who ran when, which is most of it.
        case happenings
    }

    /// The newest events as lines of text.
    public func history(_ detail: Detail = .everything, last count: Int = .max) -> [String] {
        let executors = world.executors.map(\.name), names = nodes.map(\.name)
        let entries = journal.last.filter { detail == .everything || !$0.event.isScheduling }
        return entries.suffix(count).map { entry in
            let text = entry.event.description(executors: executors, nodes: names)
            return "\(Self.column(of: entry.time)) ms  \(text)"
        }
    }

    /// Milliseconds with three decimals, right-aligned for the first thousand seconds.
    private static func column(of time: Duration) -> String {
        let microseconds = time.saturatingNanoseconds / 1_000
        let text = "\(microseconds / 1_000).\("\(1_000 + microseconds % 1_000)".dropFirst())"
        return String(repeating: " ", count: max(0, 10 - text.count)) + text
    }

    /// Ends every process. Nothing runs afterwards.
    public func end() {
        world.end()
    }
}
