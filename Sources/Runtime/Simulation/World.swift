import ConclavePrimitives
import ConclaveRuntime
import ConclaveTelemetry
import Glibc

/// Everything that a simulation holds: time, chance, what is ready, what will happen, who exists.
///
/// `@unchecked Sendable`: touched on the thread that made it only; ``requireHere(_:_:)`` traps elsewhere.
///
/// What is touched at each step, here and in the executors and the ends of connections, is declared
/// `@exclusivity(unchecked)`: no access to it calls anybody who could touch it too, and the checks were a
/// fifth of a message's instructions.
@safe
final class World: @unchecked Sendable {
    /// How much later than asked for an alarm rings at most, as a busy machine's do.
    private static let latenessNanoseconds: UInt64 = 50_000
    /// As much as an event loop reads at once.
    private static let scratchBytes = 262_144

    let seed: UInt64
    let log: Log
    /// Pools of memory, for all nodes.
    let commons = Commons()
    private let thread: pthread_t
    /// Nanoseconds since the simulation began.
    @safe @exclusivity(unchecked)
    private(set) var now: UInt64 = 0
    @safe @exclusivity(unchecked)
    var agenda = Agenda()
    @safe @exclusivity(unchecked)
    var journal: Journal
    let fabric: Fabric
    private(set) var nodes: [SimulatedNode] = []
    private(set) var executors: [SimulatedExecutor] = []
    /// Jobs, turns and alarms since the beginning.
    @safe @exclusivity(unchecked)
    private(set) var steps = 0
    /// Where code runs now.
    @safe @exclusivity(unchecked)
    private(set) var current: SimulatedExecutor?

    /// Where every stream reads what does not fit its own buffer: one for all, because one thread reads.
    let scratch: UnsafeMutableRawBufferPointer

    /// Memory for what travels.
    @safe @exclusivity(unchecked)
    var spare = SpareBlocks()

    @safe @exclusivity(unchecked)
    private var ready: [SimulatedExecutor] = []
    @safe @exclusivity(unchecked)
    private var order: SplitMix64

    init(seed: UInt64, conditions: NetworkConditions, log: Log, keep: Int) {
        self.seed = seed
        self.log = log
        thread = pthread_self()
        journal = Journal(keep: keep)
        order = SplitMix64(seed: seed)
        fabric = Fabric(conditions, seed: order.next())
        unsafe scratch = .allocate(byteCount: Self.scratchBytes, alignment: 64)
    }

    deinit {
        unsafe scratch.deallocate()
    }

    // MARK: Escapes

    /// Whatever enters the simulation from another thread has escaped from it: its order is not the seed's.
    @inline(__always)
    func requireHere(_ executor: String, _ what: StaticString) {
        if pthread_equal(pthread_self(), thread) == 0 { escaped(executor, what) }  // I12
    }

    @inline(never)
    private func escaped(_ executor: String, _ what: StaticString) -> Never {
        let task = Task.name.map { "task \($0)" } ?? "a task without a name"
        let line =
            "a task escaped from the simulation: \(task) brings \(what) to \(executor) from another "
            + "thread\n"
        // Written by hand, because release builds keep the message of a trap to themselves.
        _ = unsafe line.withCString { unsafe write(STDERR_FILENO, $0, strlen($0)) }
        preconditionFailure("a task escaped from the simulation")
    }

    // MARK: Who exists

    func add(_ node: SimulatedNode) { nodes.append(node) }

    /// - Parameter loops: as many as its node has.
    func makeExecutor(named name: String, loops: Int, clock: SimulatedClock) -> SimulatedExecutor {
        let executor = SimulatedExecutor(
            name: name, number: executors.count, loops: loops, clock: clock, world: self)
        executors.append(executor)
        return executor
    }

    /// A seed for something that is made now.
    func drawSeed() -> UInt64 { order.next() }

    // MARK: Time

    @inline(__always)
    func note(_ event: consuming JournalEvent) {
        journal.record(event, at: now)
    }

    /// When an alarm for `time` rings: at that time or soon after.
    func lateness(after time: UInt64) -> UInt64 {
        let (late, overflow) = max(time, now).addingReportingOverflow(order.upTo(Self.latenessNanoseconds))
        return overflow ? .max : late
    }

    @discardableResult
    func set(_ occurrence: any Occurrence, after nanoseconds: UInt64) -> Agenda.Ticket {
        agenda.set(.occurrence(occurrence), at: now + nanoseconds)
    }

    // MARK: Running

    /// Turns that were given in a round, beside the one that every step counts for.
    func count(steps more: Int) { steps += more }

    func becameReady(_ executor: SimulatedExecutor) {
        if !executor.isGhost { ready.append(executor) }
    }

    /// Runs what is ready, each time a job or a round of turns of an executor drawn at random.
    ///
    /// - Returns: false if there is no end to it: after `stepsMax`.
    func settle(stepsMax: Int) -> Bool {
        let last = steps + stepsMax
        while !ready.isEmpty, steps <= last {
            let place = ready.count > 1 ? order.below(ready.count) : 0
            let executor = ready[place]
            current = executor
            repeat {
                steps += 1
                executor.step(draw: order.next())
            } while ready.count == 1 && executor.hasWork && steps <= last
            if !executor.hasWork, !executor.isGhost { retire(executor, near: place) }
        }
        current = nil
        return ready.isEmpty
    }

    private func retire(_ executor: SimulatedExecutor, near place: Int) {
        executor.isReady = false
        ready[place] = ready[ready.count - 1]
        ready.removeLast()
    }

    /// When something happens next, if nothing is ready.
    func nextTime() -> UInt64? { fabric.isLanding ? now : agenda.earliest() }

    /// Whether something on the agenda is due now.
    var isAnythingDue: Bool { agenda.earliest().map { $0 <= now } ?? false }

    func advance(to time: UInt64) { now = max(now, time) }

    /// Lets the first thing happen that is due now. What else is due comes after all that follows from it:
    /// nodes meet only over the network, which takes time, and so each works off what came to it while the
    /// caches still hold it.
    func occur() {
        if fabric.isLanding { return fabric.land() }
        switch agenda.popEarliest() {
        case .occurrence(let occurrence): occurrence.occur()
        case .alarm(let ticket, let executor):
            guard executor.isGhost else { return executor.add(.alarm(ticket), memory: .nothing) }
            _ = agenda.take(ticket)
        case nil: break
        }
    }

    // MARK: Ends of processes

    /// Runs what an ended process has left, out of time and out of the history, so that its memory is freed.
    /// Gives up after `stepsMax`.
    func bury(_ executors: [SimulatedExecutor], stepsMax: Int = 1_000_000) {
        precondition(current == nil, "a process is not ended from inside the simulation")
        var random = SplitMix64(seed: 0), steps = 0
        ready.removeAll { executor in executors.contains { $0 === executor } }
        while steps < stepsMax, let executor = executors.first(where: \.hasWork) {
            steps += 1
            current = executor
            executor.step(draw: random.next())
            current = nil
        }
        for executor in executors {
            current = executor
            executor.clear()
            current = nil
        }
    }

    func end() {
        for node in nodes where node.isRunning { node.crash(.killed) }
        nodes = []
        executors = []
        ready = []
        fabric.end()
        // What it holds is let go of when nothing is touching it any more.
        _ = exchange(&agenda, with: Agenda())
    }
}
