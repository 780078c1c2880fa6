import CConclaveSystem
public import ConclavePrimitives
public import ConclaveRuntime
import Synchronization

/// One thread that waits in epoll and runs the jobs of the actors and tasks that live on it.
///
/// A turn: what other threads left, the jobs, the clients' turns, then the kernel's events and the alarms
/// that are due. Posting to a loop that is awake costs a lock and no system call; only the poster that finds
/// it asleep, and is the first to clear its flag, writes to the eventfd.
///
/// `@unchecked Sendable`: the stored variables are touched by the loop's own thread only, all else is atomic
/// or locked.
@safe
public final class EventLoop: RuntimeExecutor, @unchecked Sendable {
    /// One read takes at most so much beyond the caller's own buffer: four full records, as much as a
    /// socket's receive buffer usually holds. Larger gained nothing, smaller costs system calls.
    static let scratchBytes = 262_144
    /// Jobs that run before the kernel is asked again: enough that a burst pays one system call, so few that
    /// a task that never stops yielding cannot keep the sockets waiting for more than a fraction of a
    /// millisecond.
    private static let jobsPerTurn = 256

    let name: String
    /// Where every stream of this loop reads what does not fit its own buffer.
    let scratch: UnsafeMutableRawBufferPointer

    private let spinNanoseconds: UInt64
    /// Negative once the loop has ended.
    private var waker: Int32
    private let inbox = Lock(LoopInbox())
    /// One at a time: what comes when there is no thread to be alone on.
    private let afterEnd = Lock(())
    private let hasInbound = Atomic(false)
    private let sleeping = Atomic(false)
    private let stopping = Atomic(false)
    private let wakersBusy = Atomic(0)
    private let alarmsMade = Atomic<UInt64>(0)

    private var poller: Poller
    private var alarms = AlarmHeap()
    private var jobs: [UnownedJob] = [], runningJobs: [UnownedJob] = []
    /// Those of `runningJobs` before it have run; they come before `jobs`.
    private var nextJob = 0
    private var clients: [any Turnable] = [], turningClients: [any Turnable] = []
    private var received = LoopInbox()

    /// - Parameter spin: how long the loop keeps looking before it sleeps. Saves tens of microseconds a round
    ///   trip and costs a core.
    init(name: String, spin: Duration) throws(HostFailure) {
        let waker = conclave_waker()
        guard waker >= 0 else { throw HostFailure(waker, in: .epoll) }
        do throws(HostFailure) {
            poller = try Poller(waker: waker)
        } catch {
            conclave_close(waker)
            throw error
        }
        self.name = name
        self.waker = waker
        spinNanoseconds = UInt64(clamping: spin.saturatingNanoseconds)
        unsafe scratch = .allocate(byteCount: Self.scratchBytes, alignment: 64)
    }

    deinit {
        closeDescriptors()
        unsafe scratch.deallocate()
    }

    /// The loop that `executor` is. Sockets and processes of the kernel live on nothing else; mixing the
    /// bodies of the runtime is a mistake in our own wiring.
    static func required(_ executor: any RuntimeExecutor) -> EventLoop {
        guard let loop = executor as? EventLoop else { preconditionFailure("this executor is no event loop") }
        return loop
    }

    // MARK: Executor

    public var isCurrent: Bool {
        unsafe conclave_current() == UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    }

    public func isIsolatingCurrentContext() -> Bool? { isCurrent }
    public func checkIsolated() { precondition(isCurrent, "not on the loop \(name)") }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
        } else {
            post { $0.jobs.append(job) }
        }
    }

    public func schedule(_ client: any Turnable) {
        if isCurrent {
            clients.append(client)
        } else {
            post { $0.clients.append(client) }
        }
    }

    public func setAlarm(at instant: Instant, for client: any Wakeable) -> Alarm {
        let alarm = Alarm(number: alarmsMade.wrappingAdd(1, ordering: .relaxed).newValue)
        if isCurrent {
            alarms.set(alarm, at: instant, for: client)
        } else {
            post { $0.requests.append(.set(alarm, at: instant, for: client)) }
        }
        return alarm
    }

    public func cancel(_ alarm: Alarm) {
        // Set on another thread, it may wait in the inbox still: the cancellation goes behind it.
        if isCurrent, alarms.cancel(alarm) { return }
        post { $0.requests.append(.cancel(alarm)) }
    }

    /// Runs `work` here: at once if the caller is here already, else at the start of the next turn. Once the
    /// loop has ended, `work` runs on the caller's thread: it can register nothing any more, but it can say
    /// so to whoever waits.
    func perform(_ work: @escaping @Sendable () -> Void) {
        if isCurrent {
            work()
        } else if !post({ $0.requests.append(.perform(work)) }) {
            afterEnd.withLock { _ in work() }
        }
    }

    /// Whether the loop has ended and runs nothing any more.
    var hasEnded: Bool { inbox.withLock { $0.isEnded } }

    // MARK: Descriptors (on the loop only)

    func register(_ source: any EventSource) -> Poller.Token { poller.register(source) }
    func forget(_ token: Poller.Token) { poller.forget(token) }

    func watch(
        _ file: Int32, _ token: Poller.Token, from old: PollEvents,
        to new: PollEvents
    ) throws(HostFailure) {
        try poller.watch(file, token, from: old, to: new)
    }

    // MARK: Waking

    /// False, and nothing is added, when the loop has ended.
    @discardableResult
    private func post(_ add: (inout sending LoopInbox) -> Void) -> Bool {
        let isOpen = inbox.withLock { inbox in
            guard !inbox.isEnded else { return false }
            add(&inbox)
            return true
        }
        guard isOpen else { return false }
        hasInbound.store(true, ordering: .sequentiallyConsistent)
        wake()
        return true
    }

    /// The loop announces that it sleeps, looks once more and then waits; so either it sees what was posted
    /// before this, or the announcement is seen here.
    private func wake() {
        guard sleeping.load(ordering: .sequentiallyConsistent) else { return }
        wakersBusy.wrappingAdd(1, ordering: .sequentiallyConsistent)  // the eventfd stays open meanwhile
        if sleeping.exchange(false, ordering: .sequentiallyConsistent) { conclave_wake(waker) }  // I9
        wakersBusy.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    }

    /// Ends the loop once no job is ready. What is given to it afterwards is dropped.
    func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    // MARK: The loop

    /// Runs on the calling thread until ``stop()``.
    func run() {
        unsafe conclave_set_current(UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque()))
        while true {
            runTurn()
            guard !hasJobs, clients.isEmpty, stopping.load(ordering: .sequentiallyConsistent) else {
                poll()
                continue
            }
            guard hasInbound.load(ordering: .sequentiallyConsistent) else { break }
        }
        end()
        conclave_set_current(nil)
    }

    private func runTurn() {
        collectInbound()
        runJobs()
        turnClients()
    }

    private func collectInbound() {
        guard hasInbound.load(ordering: .sequentiallyConsistent) else { return }
        hasInbound.store(false, ordering: .sequentiallyConsistent)
        inbox.withLock { $0.move(into: &received) }
        jobs.append(contentsOf: received.jobs)
        received.jobs.removeAll(keepingCapacity: true)
        clients.append(contentsOf: received.clients)
        received.clients.removeAll(keepingCapacity: true)
        for request in received.requests { fulfil(request) }
        received.requests.removeAll(keepingCapacity: true)
    }

    private func fulfil(_ request: LoopInbox.Request) {
        switch request {
        case .set(let alarm, let instant, let client): alarms.set(alarm, at: instant, for: client)
        case .cancel(let alarm): _ = alarms.cancel(alarm)
        case .perform(let work): work()
        }
    }

    private func runJobs() {
        let serial = unsafe asUnownedSerialExecutor(), task = unsafe asUnownedTaskExecutor()
        var budget = Self.jobsPerTurn
        while budget > 0, hasJobs {
            if nextJob == runningJobs.count {
                runningJobs.removeAll(keepingCapacity: true)
                nextJob = 0
                swap(&jobs, &runningJobs)
            }
            let end = min(runningJobs.count, nextJob + budget)
            budget -= end - nextJob
            for job in runningJobs[nextJob..<end] {
                unsafe job.runSynchronously(isolatedTo: serial, taskExecutor: task)
            }
            nextJob = end
        }
    }

    private var hasJobs: Bool { nextJob < runningJobs.count || !jobs.isEmpty }

    /// Clients that are scheduled by a turn have theirs in the next round.
    private func turnClients() {
        guard !clients.isEmpty else { return }
        swap(&clients, &turningClients)
        for client in turningClients { client.turn() }
        turningClients.removeAll(keepingCapacity: true)
    }

    // MARK: Waiting

    private func poll() {
        if hasJobs || !clients.isEmpty {
            dispatch(timeout: 0)
        } else if !spinUntilWork() {
            sleeping.store(true, ordering: .sequentiallyConsistent)  // I9
            let mustLook =
                hasInbound.load(ordering: .sequentiallyConsistent)
                || stopping.load(ordering: .sequentiallyConsistent)
            if !mustLook { dispatch(timeout: untilNextAlarm()) }
            sleeping.store(false, ordering: .sequentiallyConsistent)
        }
        ringAlarms()
    }

    private func spinUntilWork() -> Bool {
        guard spinNanoseconds > 0 else { return false }
        let end = conclave_monotonic_ns() &+ spinNanoseconds
        repeat {
            if dispatch(timeout: 0) || hasInbound.load(ordering: .relaxed) { return true }
            conclave_yield()  // another process may own this core
        } while conclave_monotonic_ns() < end && untilNextAlarm() != 0
        return false
    }

    /// Milliseconds until the next alarm, rounded up so that the loop does not wake before it; negative if
    /// none.
    private func untilNextAlarm() -> Int32 {
        guard let next = alarms.earliest() else { return -1 }
        let now = conclave_monotonic_ns()
        guard next.nanoseconds > now else { return 0 }
        return Int32(clamping: (next.nanoseconds - now - 1) / 1_000_000 + 1)
    }

    @discardableResult
    private func dispatch(timeout: Int32) -> Bool {
        let count = poller.wait(timeout: timeout)
        sleeping.store(false, ordering: .sequentiallyConsistent)  // posters need not wake us any more
        for index in 0..<count {
            guard let (token, events) = poller.event(index) else { continue }
            poller.source(of: token)?.ready(events)
        }
        return count > 0
    }

    private func ringAlarms() {
        guard alarms.count > 0 else { return }
        for alarm in alarms.due(at: Instant(nanoseconds: conclave_monotonic_ns())) {
            alarms.ring(alarm)?.woke(alarm)  // I14
        }
    }

    // MARK: Ending

    /// Two turns: in the first, those learn of the end who waited for what is registered; the second takes
    /// what was left until nothing more could be.
    private func end() {
        abandonSources()
        runTurn()
        inbox.withLock { $0.isEnded = true }
        hasInbound.store(true, ordering: .sequentiallyConsistent)
        runTurn()
        abandonSources()
        jobs = []
        runningJobs = []
        clients = []
        while wakersBusy.load(ordering: .sequentiallyConsistent) > 0 { conclave_yield() }
        closeDescriptors()
    }

    /// Closes what is still registered, so that no descriptor outlives its loop.
    private func abandonSources() {
        for source in poller.forgetAll() { source.abandoned() }
        alarms = AlarmHeap()
    }

    private func closeDescriptors() {
        guard waker >= 0 else { return }
        poller.close()
        conclave_close(waker)
        waker = -1
    }
}
