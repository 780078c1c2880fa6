import ConclavePrimitives
import ConclaveRuntime

/// One loop of one node's process: its ready jobs, and the turns of its clients.
///
/// `@unchecked Sendable`: touched on the simulation's thread only; every entrance traps elsewhere.
final class SimulatedExecutor: RuntimeExecutor, @unchecked Sendable {
    /// Jobs that run in a row while clients wait for their turn, as many as an event loop's.
    private static let jobsPerTurn = 256

    /// Clients from which on a round is worth a job.
    private static let roundOfJob = 4

    /// What a client is given its turn for.
    enum Client {
        case turn(any Turnable)
        case alarm(Agenda.Ticket)
        case stream(Endpoint)
    }

    /// A client with the memory that its turn will touch first.
    private struct Waiting {
        /// Nil once it has its turn.
        var client: Client?
        let memory: Touch
    }

    /// What a client's turn will touch first, if that is worth loading ahead.
    enum Touch {
        case nothing
        /// What an owner of a stream reads from, or writes to.
        case read(by: MemoryHint, from: MemoryHint)
        case written(by: MemoryHint)
    }

    let name: String
    let number: Int
    let clock: SimulatedClock
    let world: World
    /// Whether its node has no other loop: then nobody can see how far a round of its clients has come. Loops
    /// of one node share memory, and their turns interleave.
    private let isAlone: Bool

    @safe @exclusivity(unchecked)
    private var jobs: [UnownedJob] = []
    @safe @exclusivity(unchecked)
    private var clients: [Waiting] = []
    /// Clients that have their turn now; what they schedule waits for the next round.
    @safe @exclusivity(unchecked)
    private var turning: [Waiting] = []
    /// The places in `turning`, in the order of their turns, the next one last.
    @safe @exclusivity(unchecked)
    private var order: [Int] = []
    @safe @exclusivity(unchecked)
    var memory = LinkMemory()
    @safe @exclusivity(unchecked)
    private var jobsInRow = 0
    /// The task that gives rounds, while it waits for one.
    private var rounds: SuspendedTask?
    private var isOver = false
    /// Whether the world has it among those with something to do.
    @safe @exclusivity(unchecked)
    var isReady = false
    /// Its process is gone: what its tasks still do while they end reaches nobody.
    @safe @exclusivity(unchecked)
    var isGhost = false
    /// Alarms that are set here.
    private(set) var alarms = 0

    /// - Parameter loops: as many as its node has.
    init(name: String, number: Int, loops: Int, clock: SimulatedClock, world: World) {
        self.name = name
        isAlone = loops == 1
        self.number = number
        self.clock = clock
        self.world = world
    }

    /// The executor of the simulation that `executor` is; mixing the bodies of the runtime is a mistake in
    /// our own wiring.
    static func required(_ executor: any RuntimeExecutor) -> SimulatedExecutor {
        guard let executor = executor as? SimulatedExecutor else {
            preconditionFailure("this executor is of no simulation")
        }
        return executor
    }

    var hasWork: Bool { !jobs.isEmpty || !clients.isEmpty || !order.isEmpty }

    // MARK: Executor

    var isCurrent: Bool { world.current === self }
    func isIsolatingCurrentContext() -> Bool? { isCurrent }
    func checkIsolated() { precondition(isCurrent, "not on \(name)") }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        world.requireHere(name, "a job")
        jobs.append(job)
        becomeReady()
    }

    func schedule(_ client: any Turnable) {
        world.requireHere(name, "a turn")
        let hint = MemoryHint(client)
        memory.expect(hint)
        add(.turn(client), memory: .written(by: hint))
    }

    func setAlarm(at instant: Instant, for client: any Wakeable) -> Alarm {
        world.requireHere(name, "an alarm")
        guard !isGhost else { return Alarm(number: 0) }
        alarms += 1
        let time = world.lateness(after: clock.simulationTime(of: instant))
        return Alarm(number: world.agenda.set(.alarm(client, on: self), at: time).number)
    }

    func cancel(_ alarm: Alarm) {
        world.requireHere(name, "an alarm")
        if world.agenda.take(Agenda.Ticket(number: alarm.number)) != nil { alarms -= 1 }
    }

    func add(_ client: consuming Client, memory: Touch) {
        clients.append(Waiting(client: client, memory: memory))
        becomeReady()
    }

    private func becomeReady() {
        guard !isReady else { return }
        isReady = true
        world.becameReady(self)
    }

    // MARK: Running

    /// Runs one job, or gives clients their turns: all of them, or one if the node has other loops. As in an
    /// event loop, clients come after the jobs that are ready, and then all of them before the next job.
    ///
    /// - Parameter draw: decides which.
    func step(draw: UInt64) {
        if order.isEmpty {
            if !jobs.isEmpty, clients.isEmpty || jobsInRow < Self.jobsPerTurn {
                jobsInRow += 1
                return run(jobs.removeAny(draw: draw))
            }
            beginRound(draw)
        }
        guard isAlone else { return giveTurn() }
        if order.count < Self.roundOfJob { return runRound() }
        runRoundInJob()
    }

    private func runRoundInJob() {
        // Inside of a job the isolation of what is called is the job's, and one comparison away. Outside each
        // check of it costs ten locks.
        if rounds == nil {
            SimulatedTaskStarter.startRounds(on: self)
            runNewest()
        }
        rounds.take()?.resume()
        runNewest()
    }

    /// Waits, as the task that gives rounds, until there is one; false when there will be none.
    func nextRound(isolation: isolated (any Actor)? = #isolation) async -> Bool {
        if isOver { return false }
        await unsafe withUnsafeContinuation { rounds = unsafe SuspendedTask($0) }
        return !isOver
    }

    /// Gives every client of the round its turn.
    func runRound() {
        world.count(steps: max(0, order.count - 1))
        while !order.isEmpty { giveTurn() }
    }

    @inline(__always)
    private func giveTurn() {
        guard let place = order.popLast() else { return }
        if order.count >= LinkMemory.distance { load(order[order.count - LinkMemory.distance]) }
        if let client = turning[place].client.take() { turn(client) }
        if order.isEmpty { turning.removeAll(keepingCapacity: true) }
    }

    /// Runs the job that was brought last.
    private func runNewest() {
        if let job = jobs.popLast() { perform(job) }
    }

    /// Lets the task that gives rounds end, which takes two jobs.
    private func endRounds() {
        isOver = true
        guard let task = rounds.take() else { return }
        task.resume()
        runNewest()
        runNewest()
    }

    /// Puts the clients into the order of their turns.
    private func beginRound(_ draw: UInt64) {
        jobsInRow = 0
        swap(&clients, &turning)
        var random = SplitMix64(seed: draw)
        for place in turning.indices {
            order.append(place)
            order.swapAt(place, random.below(place + 1))
        }
        for place in order.suffix(LinkMemory.distance) { load(place) }
    }

    /// Loads ahead what the client at `place` will touch.
    @inline(__always)
    private func load(_ place: Int) {
        switch turning[place].memory {
        case .nothing: break
        case .read(let owner, let stream): memory.loadForReading(owner, from: stream)
        case .written(let owner): memory.loadForWriting(owner)
        }
    }

    private func run(_ job: UnownedJob) {
        note(.ran(executor: number))
        perform(job)
    }

    private func perform(_ job: UnownedJob) {
        unsafe job.runSynchronously(
            isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }

    private func turn(_ client: Client) {
        switch client {
        case .turn(let client):
            note(.turned(executor: number))
            client.turn()
        case .stream(let endpoint):
            endpoint.tellOwner()
        case .alarm(let ticket):
            guard case .alarm(let client, _) = world.agenda.take(ticket) else { return }  // I14
            alarms -= 1
            note(.rang(executor: number))
            client.woke(Alarm(number: ticket.number))
        }
    }

    private func note(_ event: JournalEvent) {
        if isGhost { return }
        unsafe Unmanaged.passUnretained(world)._withUnsafeGuaranteedRef { $0.note(event) }
    }

    /// Lets go of what is left. For the end of a process.
    func clear() {
        endRounds()
        // Emptied first, let go of afterwards: what ends here may have something to say.
        _ = exchange(&jobs, with: [])
        _ = exchange(&clients, with: [])
        _ = exchange(&turning, with: [])
        order = []
        // They would ring for nobody.
        alarms = 0
    }
}

extension Array {
    /// Removes an element drawn at random; the others change their order.
    mutating func removeAny(draw: UInt64) -> Element {
        let last = removeLast()
        guard count > 0 else { return last }
        let place = draw.scaled(below: count + 1)
        return place < count ? exchange(&self[place], with: last) : last
    }
}

extension UInt64 {
    /// A draw over all values as one in `0..<bound`, at the price of a multiplication. The bias is below
    /// 2^-32 for what is counted here.
    func scaled(below bound: Int) -> Int {
        Int(truncatingIfNeeded: multipliedFullWidth(by: UInt64(bound)).high)
    }
}

extension SplitMix64 {
    /// A number in `0..<bound`.
    mutating func below(_ bound: Int) -> Int { next().scaled(below: bound) }

    /// A number in `0...bound`.
    mutating func upTo(_ bound: UInt64) -> UInt64 {
        bound == .max ? next() : next().multipliedFullWidth(by: bound + 1).high
    }

    /// True `count` times in a million.
    mutating func chance(perMillion count: UInt64) -> Bool {
        count > 0 && upTo(999_999) < count
    }
}
