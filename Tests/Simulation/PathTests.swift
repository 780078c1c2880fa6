import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation
import Testing

/// What the way between two nodes does to bytes when nothing is broken.
@Suite struct PathTests {
    /// How long each of `count` bytes takes that are written one after the other has arrived.
    private func delays(_ conditions: NetworkConditions, count: Int = 20, seed: UInt64 = 1) throws
        -> [Duration]
    {
        let wire = try Wire(seed: seed, conditions)
        wire.listener.habit = .readsAll
        return (1...count).map { number in
            let before = wire.simulation.now
            _ = wire.dialer.write([UInt8(truncatingIfNeeded: number)])
            wire.simulation.run(atMost: .seconds(10)) { wire.listener.received.count == number }
            return wire.simulation.now - before
        }
    }

    @Test func `latency is the same for each piece, and drawn for each way`() throws {
        var conditions = Wire.plain
        conditions.latency = .milliseconds(5)...(.milliseconds(50))
        var latencies: Set<Duration> = []
        for seed in UInt64(0)..<10 {
            let delays = try delays(conditions, seed: seed)
            #expect(Set(delays).count == 1)
            #expect(conditions.latency.contains(delays[0]))
            latencies.insert(delays[0])
        }
        #expect(latencies.count == 10)
    }

    @Test func `jitter comes on top, for each piece another`() throws {
        var conditions = Wire.plain
        conditions.jitter = .milliseconds(3)
        let delays = try delays(conditions)
        #expect(Set(delays).count == delays.count)
        #expect(delays.allSatisfy { (.milliseconds(1)...(.milliseconds(4))).contains($0) })
    }

    @Test func `pieces that are lost come as late as it takes to send them again`() throws {
        var conditions = Wire.plain
        conditions.lossesPerMillion = 300_000
        let delays = try delays(conditions)
        // A byte takes a nanosecond on the wire.
        #expect(Set(delays) == [.nanoseconds(1_000_001), .nanoseconds(201_000_001)])
    }

    @Test func `what is written takes its time on the wire, and connections share it`() throws {
        var conditions = Wire.plain
        conditions.bytesPerSecond = 1_000_000
        let wire = try Wire(conditions)
        wire.listener.habit = .readsAll
        let before = wire.simulation.now
        #expect(wire.dialer.write([UInt8](repeating: 1, count: 9_000)) == .took(9_000))
        wire.simulation.run(atMost: .seconds(1)) { wire.listener.received.count == 9_000 }
        #expect(wire.simulation.now - before == .milliseconds(10))
    }

    @Test func `a write is cut into pieces at random, and none is where that is off`() throws {
        var rough = Wire.plain
        rough.splitsPerMillion = 600_000
        var counts: Set<Int> = [], short = 0
        for seed in UInt64(0)..<20 {
            let wire = try Wire(seed: seed, rough)
            wire.listener.habit = .readsAll
            if wire.dialer.write([UInt8](repeating: 1, count: 9_000)) != .took(9_000) { short += 1 }
            wire.pass()
            counts.insert(wire.listener.told.count)
        }
        #expect(counts.count > 3 && short > 3)
        let wire = try Wire(Wire.plain)
        wire.listener.habit = .readsAll
        #expect(wire.dialer.write([UInt8](repeating: 1, count: 9_000)) == .took(9_000))
        wire.pass()
        #expect(wire.listener.told.count == 1)
    }
}
