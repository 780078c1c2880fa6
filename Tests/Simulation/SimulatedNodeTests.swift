import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation
import Testing

@Suite struct SimulatedNodeTests {
    @Test func `a process that is killed ends its connections, and leaves nothing`() throws {
        let wire = try Wire()
        wire.listener.habit = .readsAll
        _ = wire.dialer.write([1])
        #expect(wire.one.crash(.killed) == 0)
        wire.pass()
        #expect(wire.listener.received == [1])
        #expect(wire.listener.end == .endOfStream)
        #expect(wire.one.remains.isNothing)
    }

    @Test func `a machine without power is silent, and resets what it does not know when it is back`() throws
    {
        let wire = try Wire()
        wire.listener.habit = .readsAll
        wire.one.crash(.powerLost)
        _ = wire.listener.write([1])
        wire.pass(.seconds(100))
        #expect(wire.listener.told.isEmpty)
        wire.one.start()
        wire.pass()
        #expect(wire.listener.end == .reset)
    }

    @Test func `tasks of a process that crashed do nothing more`() throws {
        let simulation = Simulation(seed: 1)
        let node = simulation.addNode("node"), ticks = Mailbox<Int>(capacity: 1_000, overflow: .refuseNewest)
        let start = {
            node.context.spawn("ticker") { context in
                context.spawn("below") { context in try await context.sleep(for: .seconds(1_000)) }
                while true {
                    ticks.offer(1)
                    try await context.sleep(for: .seconds(1))
                }
            }
        }
        _ = start()
        simulation.run(for: .seconds(10))
        let count = ticks.count
        #expect(count >= 10)
        #expect(node.crash(.killed) == 0)
        #expect(node.remains.isNothing)
        #expect(simulation.run(for: .seconds(10)) == .deadlock)
        #expect(ticks.count == count)
        node.start()
        _ = start()
        simulation.run(for: .seconds(10))
        #expect(ticks.count >= 2 * count - 1)
    }

    @Test func `each life draws other numbers`() {
        let simulation = Simulation(seed: 1)
        let node = simulation.addNode("node"), twin = simulation.addNode("twin")
        let first = node.context.entropy.bytes(32)
        node.crash(.killed)
        node.start()
        #expect(node.context.entropy.bytes(32) != first)
        #expect(twin.context.entropy.bytes(32) != first)
    }

    @Test func `clocks drift, stand wrong, and can be set; alarms keep to them`() throws {
        let simulation = Simulation(seed: 3)
        let errors = ClockErrors(skew: .seconds(2), driftPerMillion: 100_000)
        let node = simulation.addNode("node", clock: errors)
        let before = node.context.clock.now, wall = node.context.clock.wallTime
        #expect(wall != ClockErrors.beginning)
        simulation.run(for: .seconds(100))
        let passed = before.duration(to: node.context.clock.now)
        #expect(passed != .seconds(100))
        #expect((.seconds(90)...(.seconds(110))).contains(passed))
        let slept = try simulation.perform(on: node) { context in
            let before = context.clock.now
            try await context.sleep(for: .seconds(7))
            return before.duration(to: context.clock.now)
        }
        #expect((.seconds(7)...(.milliseconds(7_001))).contains(try #require(slept)))
        let now = node.context.clock.wallTime
        node.setClock(by: .seconds(-5))
        #expect(node.context.clock.wallTime == now.advanced(by: .seconds(-5)))
    }

    @Test func `ten thousand alarms ring in order, and cancelled ones do not`() throws {
        let simulation = Simulation(seed: 1)
        let node = simulation.addNode("node"), executor = node.context.executor
        let start = node.context.clock.now, clerk = Clerk()
        var random = SplitMix64(seed: 5)
        let alarms = (0..<10_000).map { _ in
            let instant = start.advanced(by: .microseconds(Int.random(in: 1...100_000_000, using: &random)))
            let alarm = executor.setAlarm(at: instant, for: clerk)
            clerk.due[alarm] = instant
            return alarm
        }
        for number in stride(from: 0, to: 10_000, by: 2) { executor.cancel(alarms[number]) }
        #expect(node.remains.alarms == 5_000)
        clerk.clock = node.context.clock
        simulation.run(for: .seconds(200))
        #expect(Set(clerk.rang) == Set(stride(from: 1, to: 10_000, by: 2).map { alarms[$0] }))
        #expect(clerk.wasEarly == false)
        #expect(node.remains.isNothing)
    }

    /// Notes which alarms rang.
    final class Clerk: Wakeable, @unchecked Sendable {  // on its simulation's thread only
        var due: [Alarm: Instant] = [:]
        var clock: (any RuntimeClock)?
        private(set) var rang: [Alarm] = []
        private(set) var wasEarly = false

        func woke(_ alarm: Alarm) {
            rang.append(alarm)
            if let clock, let instant = due[alarm], clock.now < instant { wasEarly = true }
        }
    }
}
