package import ConclavePrimitives
package import ConclaveRuntime

/// An executor and its clock in the hands of a test: runs what is ready when told to, on the calling thread,
/// and time stands still between.
///
/// `@unchecked Sendable`: everything is behind the lock but the jobs while they run.
package final class ManualExecutor: RuntimeExecutor, RuntimeClock, @unchecked Sendable {
    private struct State {
        var now = Instant(nanoseconds: 1_000_000_000)
        var jobs: [UnownedJob] = []
        var clients: [any Turnable] = []
        var alarms: [(alarm: Alarm, at: Instant, client: any Wakeable)] = []
        var alarmsMade: UInt64 = 0
    }

    private let state = Lock(State())

    package init() {}

    package let isCurrent = true

    package func isIsolatingCurrentContext() -> Bool? { true }
    package func checkIsolated() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    package func schedule(_ client: any Turnable) {
        state.withLock { $0.clients.append(client) }
    }

    package func setAlarm(at instant: Instant, for client: any Wakeable) -> Alarm {
        state.withLock { state in
            state.alarmsMade += 1
            let alarm = Alarm(number: state.alarmsMade)
            state.alarms.append((alarm, instant, client))
            return alarm
        }
    }

    package func cancel(_ alarm: Alarm) {
        state.withLock { $0.alarms.removeAll { $0.alarm == alarm } }
    }

    // MARK: Clock

    package var now: Instant { state.withLock { $0.now } }
    package var coarseNow: Instant { now }
    package var wallTime: WallTime { WallTime(milliseconds: now.nanoseconds / 1_000_000) }

    // MARK: In the test's hands

    /// When the alarms that are set will ring, in order.
    package var alarms: [Instant] { state.withLock { $0.alarms.map(\.at).sorted() } }

    /// Runs jobs and turns until none is left.
    package func run() {
        while true {
            let (jobs, clients) = state.withLock { state in
                (exchange(&state.jobs, with: []), exchange(&state.clients, with: []))
            }
            if jobs.isEmpty, clients.isEmpty { return }
            for job in jobs {
                unsafe job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            for client in clients { client.turn() }
        }
    }

    /// Lets time pass, with every alarm at its moment.
    package func advance(by duration: Duration) {
        run()
        let end = now.advanced(by: duration)
        while let next = takeAlarm(before: end) {
            next.client.woke(next.alarm)
            run()
        }
        state.withLock { $0.now = end }
    }

    private func takeAlarm(before end: Instant) -> (alarm: Alarm, client: any Wakeable)? {
        state.withLock { state in
            guard let next = state.alarms.indices.min(by: { state.alarms[$0].at < state.alarms[$1].at }),
                state.alarms[next].at <= end
            else { return nil }
            let (alarm, instant, client) = state.alarms.remove(at: next)
            state.now = max(state.now, instant)
            return (alarm, client)
        }
    }
}

/// Counts its turns.
package final class Wakes: Turnable {
    private let turns = Lock(0)

    package init() {}

    package var count: Int { turns.withLock { $0 } }

    package func turn() {
        turns.withLock { $0 += 1 }
    }
}
