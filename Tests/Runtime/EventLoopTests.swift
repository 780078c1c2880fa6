import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Testing

@Suite struct EventLoopTests {
    /// Notes which alarms ring, in order. On one loop only.
    final class Bell: Wakeable, @unchecked Sendable {
        var rung: [Alarm] = []
        var early = 0
        var instants: [Alarm: Instant] = [:]
        let finished = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
        var expected = Int.max

        func woke(_ alarm: Alarm) {
            if let instant = instants[alarm], SystemClock().now < instant { early += 1 }
            rung.append(alarm)
            if rung.count == expected { finished.offer(rung.count) }
        }
    }

    actor Counter {
        private let executor: any RuntimeExecutor
        private(set) var count = 0
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

        init(on executor: any RuntimeExecutor) {
            self.executor = executor
        }

        func add() { count += 1 }

        /// Traps unless called on the actor's executor.
        nonisolated func addedAtOnce() -> Int {
            assumeIsolated { counter in
                counter.count += 1
                return counter.count
            }
        }
    }

    @Test func `ten thousand alarms ring in order and never early, whoever sets them`() async throws {
        try await onRuntime(loops: 2) { context in
            let bell = Bell()
            var generator = SplitMix64(seed: 3)
            let start = context.clock.now
            var set: [(Instant, UInt64)] = []
            bell.expected = 9_000
            for number in 0..<10_000 {
                let delay = Duration.microseconds(Int.random(in: 150_000...250_000, using: &generator))
                let instant = start.advanced(by: delay)
                let alarm = context.executor.setAlarm(at: instant, for: bell)
                bell.instants[alarm] = instant
                if number % 10 == 0 {
                    context.executor.cancel(alarm)
                } else {
                    set.append((instant, alarm.number))
                }
            }
            #expect(await bell.finished.next() == 9_000)
            try await context.sleep(for: .milliseconds(10))
            #expect(bell.early == 0)
            #expect(Set(bell.rung.map(\.number)) == Set(set.map(\.1)))
            let instants = bell.rung.compactMap { bell.instants[$0] }
            #expect(instants == instants.sorted())
        }
    }

    @Test func `an alarm cancelled by another that rings in the same moment does not ring`() async throws {
        // On its loop only.
        final class Assassin: Wakeable, @unchecked Sendable {
            var victim: Alarm?
            let executor: any RuntimeExecutor
            init(on executor: any RuntimeExecutor) { self.executor = executor }
            func woke(_ alarm: Alarm) {
                if let victim { executor.cancel(victim) }
            }
        }
        try await onRuntime { context in
            let bell = Bell(), assassin = Assassin(on: context.executor)
            let instant = context.clock.now.advanced(by: .milliseconds(1))
            _ = context.executor.setAlarm(at: instant, for: assassin)
            assassin.victim = context.executor.setAlarm(at: instant, for: bell)
            try await context.sleep(for: .milliseconds(5))
            #expect(bell.rung.isEmpty)
        }
    }

    @Test func `most of a hundred thousand alarms can be cancelled without slowing the rest`() async throws {
        try await onRuntime { context in
            let bell = Bell()
            let far = context.clock.now.advanced(by: .seconds(100))
            let alarms = (0..<100_000).map { _ in context.executor.setAlarm(at: far, for: bell) }
            for alarm in alarms { context.executor.cancel(alarm) }
            let near = context.executor.setAlarm(at: context.clock.now, for: bell)
            try await context.sleep(for: .milliseconds(2))
            #expect(bell.rung == [near])
        }
    }

    @Test func `alarms can be set and cancelled from another thread`() async throws {
        try await onRuntime(loops: 2) { context in
            let other = context.executors[1], bell = Bell()
            let soon = context.clock.now.advanced(by: .milliseconds(2))
            let kept = other.setAlarm(at: soon, for: bell)
            other.cancel(other.setAlarm(at: soon, for: bell))
            await context.spawn("look", on: other) { context in
                try await context.sleep(for: .milliseconds(10))
                #expect(bell.rung == [kept])
            }.ended()
        }
    }

    @Test func `an alarm cancelled on its loop before it has arrived there does not ring`() async throws {
        try await onRuntime(loops: 2) { context in
            let loop = context.executor, bell = Bell(), set = Lock<Alarm?>(nil)
            let soon = context.clock.now.advanced(by: .milliseconds(2))
            context.spawn("set", on: context.executors[1]) { _ in
                let alarm = loop.setAlarm(at: soon, for: bell)
                set.withLock { $0 = alarm }
            }
            // Without a suspension, so that the loop takes nothing in meanwhile.
            while set.withLock({ $0 }) == nil {}
            if let alarm = set.withLock({ $0 }) { loop.cancel(alarm) }
            try await context.sleep(for: .milliseconds(5))
            #expect(bell.rung.isEmpty)
        }
    }

    @Test func `what is given to a loop that has ended is let go of, and who asks is answered`() async throws
    {
        final class Client: Turnable {
            func turn() { Issue.record("had a turn") }
        }
        let runtime = try SystemRuntime(loops: 1, log: .silent)
        let context = runtime.context(named: "test"), loop = context.executor
        let early = try context.network.listen(on: SystemNetworkTests.anyPort, executor: loop)
        await runtime.shutdown()
        weak var client: Client?
        weak var bell: Bell?
        do {
            let strong = Client(), ringer = Bell()
            loop.schedule(strong)
            loop.cancel(loop.setAlarm(at: .distantFuture, for: ringer))
            client = strong
            bell = ringer
        }
        #expect(client == nil)
        #expect(bell == nil)
        let late = try context.network.listen(on: SystemNetworkTests.anyPort, executor: loop)
        for acceptor in [early, late] {
            await #expect(throws: HostFailure.closed) { _ = try await acceptor.accept() }
            acceptor.close()
        }
        await #expect(throws: HostFailure.self) {
            _ = try await context.network.connect(to: late.address, on: loop)
        }
    }

    @Test func `a client has one turn after the jobs that were ready`() async throws {
        // On its loop only.
        final class Client: Turnable, @unchecked Sendable {
            var seen: [String] = []
            func turn() { seen.append("turn") }
        }
        try await onRuntime { context in
            let client = Client()
            context.executor.schedule(client)
            let children = (0..<3).map { number in
                context.spawn("job") { _ in client.seen.append("job \(number)") }
            }
            for child in children { await child.ended() }
            await Task.yield()
            try await context.sleep(for: .zero)
            #expect(client.seen.filter { $0 == "turn" }.count == 1)
            #expect(client.seen.firstIndex(of: "turn") ?? 0 >= 3)
        }
    }

    @Test func `many jobs that are ready at once leave the clients their turns`() async throws {
        // On its loop only.
        final class Client: Turnable, @unchecked Sendable {
            var jobs = 0
            var seen: [Int] = []
            let executor: any RuntimeExecutor
            init(on executor: any RuntimeExecutor) { self.executor = executor }
            func turn() {
                seen.append(jobs)
                if jobs < 5_000 { executor.schedule(self) }
            }
        }
        try await onRuntime { context in
            let client = Client(on: context.executor)
            context.executor.schedule(client)
            let children = (0..<5_000).map { number in
                context.spawn("job") { _ in
                    #expect(client.jobs == number)
                    client.jobs += 1
                }
            }
            for child in children { await child.ended() }
            // Waiting for the children takes jobs of its own, so that a turn may see fewer.
            #expect(zip(client.seen, client.seen.dropFirst()).allSatisfy { $1 - $0 <= 256 })
            #expect(client.seen.contains { (1..<5_000).contains($0) })
        }
    }

    @Test func `an actor on a loop is isolated to it, and its callers come back to theirs`() async throws {
        try await onRuntime(loops: 2) { context in
            let here = Counter(on: context.executor), there = Counter(on: context.executors[1])
            for _ in 0..<1_000 {
                await there.add()
                #expect(context.executor.isCurrent)
            }
            #expect(await there.count == 1_000)
            #expect(here.addedAtOnce() == 1)
        }
    }

    @Test(arguments: [.zero, .microseconds(30), .milliseconds(2)] as [Duration])
    func `no wake-up between two loops is lost, whether they look before they sleep or not`(spin: Duration)
        async throws
    {
        try await onRuntime(loops: 2, spin: spin) { context in
            let ping = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            let pong = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            context.spawn("partner", on: context.executors[1]) { _ in
                for await number in ping { pong.offer(number) }
            }
            for number in 0..<20_000 {
                ping.offer(number)
                let answer = await pong.next()
                guard answer == number else {
                    Issue.record("got \(answer as Any) for \(number)")
                    break
                }
            }
            ping.close()
        }
    }
}
