import ConclaveCodec
import ConclaveRuntime
import ConclaveSimulation
import Testing

@Suite struct SimulatedStreamTests {
    @Test(arguments: [NetworkConditions.rack, .world, .rough], 0..<5)
    func `bytes arrive whole and in order`(conditions: NetworkConditions, seed: UInt64) throws {
        let wire = try Wire(seed: seed, conditions)
        wire.listener.habit = .readsAll
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        var sent = 0
        for _ in 0..<100_000 where sent < bytes.count {
            guard case .took(let count) = wire.dialer.write(Array(bytes[sent...].prefix(5_000))) else {
                break
            }
            sent += count
            if count < 5_000 { wire.dialer.stream.watch([.readable, .writable]) }
            wire.pass(.milliseconds(20))
        }
        wire.dialer.stream.close()
        wire.pass(.seconds(10))
        #expect(wire.listener.received == bytes)
        #expect(wire.listener.end == .endOfStream)
    }

    /// An arrival counts no reference to the end that it comes to.
    @Test func `bytes arrive at an end that both have closed and nobody holds any more`() throws {
        let simulation = try travellingToNobody()
        simulation.run(for: .seconds(1))
        #expect(hasBrought(simulation, bytes: 3))
        simulation.end()
    }

    @Test func `a simulation ends while bytes travel to an end that nobody holds`() throws {
        let simulation = try travellingToNobody()
        simulation.end()
        #expect(!hasBrought(simulation, bytes: 3))
    }

    private func hasBrought(_ simulation: Simulation, bytes: Int) -> Bool {
        simulation.journal.last.contains { entry in
            guard case .arrived(_, _, let count) = entry.event else { return false }
            return count == bytes
        }
    }

    private func travellingToNobody() throws -> Simulation {
        let wire = try Wire()
        // The tasks that attached the ends let go of them.
        wire.pass()
        #expect(wire.dialer.write([1, 2, 3]) == .took(3))
        wire.listener.stream.close()
        wire.dialer.stream.close()
        return wire.simulation
    }

    @Test func `an end that is not read takes what its buffers hold, and is writable again later`() throws {
        let wire = try Wire()
        #expect(wire.dialer.write([UInt8](repeating: 1, count: 15_000)) == .took(10_000))
        #expect(wire.dialer.write([1]) == .took(0))
        wire.dialer.stream.watch([.readable, .writable])
        wire.pass()
        #expect(wire.dialer.told.isEmpty)
        wire.listener.read()
        wire.pass()
        #expect(wire.dialer.told == [.writable])
        #expect(wire.dialer.write([1, 2, 3]) == .took(3))
    }

    @Test func `an owner that does not read is told again, and not when it does not watch`() throws {
        let wire = try Wire()
        _ = wire.dialer.write([1, 2, 3])
        wire.pass(.milliseconds(2))
        #expect(wire.listener.told.count > 10)
        wire.listener.stream.watch([])
        let told = wire.listener.told.count
        wire.pass()
        #expect(wire.listener.told.count == told)
        wire.listener.habit = .readsAll
        wire.listener.stream.watch(.readable)
        wire.pass()
        #expect(wire.listener.received == [1, 2, 3])
    }

    @Test func `fill takes what was asked for and no more`() throws {
        let wire = try Wire()
        wire.listener.stream.watch([])
        _ = wire.dialer.write([1, 2, 3])
        wire.pass()
        var two: [UInt8] = [0, 0]
        let direct = unsafe two.withUnsafeMutableBytes { buffer -> Int in
            guard case .bytes(let direct, _) = unsafe wire.listener.stream.fill(buffer) else { return 0 }
            return direct
        }
        #expect(direct == 2)
        #expect(two == [1, 2])
    }

    @Test func `what was written before a close is delivered, then the end`() throws {
        let wire = try Wire()
        _ = wire.dialer.write([1, 2, 3])
        wire.dialer.stream.close()
        wire.listener.habit = .readsAll
        wire.pass()
        #expect(wire.listener.received == [1, 2, 3])
        #expect(wire.listener.end == .endOfStream)
        #expect(wire.dialer.write([1]) == .ended(.failed(.closed)))
    }

    @Test func `a close with something unread resets the other end`() throws {
        let wire = try Wire()
        wire.dialer.stream.watch([])
        _ = wire.listener.write([1])
        wire.pass(.milliseconds(5))
        wire.dialer.stream.close()
        wire.listener.habit = .readsAll
        wire.pass()
        #expect(wire.listener.end == .reset)
    }

    @Test func `writing to an end that has closed meets a reset`() throws {
        let wire = try Wire()
        wire.listener.stream.close()
        wire.pass()
        #expect(wire.dialer.write([1]) == .took(1))
        wire.pass()
        #expect(wire.dialer.write([1]) == .ended(.reset))
    }

    @Test func `who has finished writing can still read`() throws {
        let wire = try Wire()
        wire.dialer.stream.finishWriting()
        wire.dialer.habit = .readsAll
        wire.listener.habit = .readsAll
        wire.pass()
        #expect(wire.listener.end == .endOfStream)
        _ = wire.listener.write([7, 8])
        wire.pass()
        #expect(wire.dialer.received == [7, 8])
        #expect(wire.dialer.end == nil)
        #expect(wire.dialer.write([1]) == .ended(.reset))
    }

    @Test func `dropping a stream that was never attached closes the connection`() throws {
        let wire = try Wire()
        let before = wire.one.remains.streams
        do { _ = try Wire.connect(wire.simulation, wire.one, wire.other) }
        wire.pass()
        #expect(wire.one.remains.streams == before)
        #expect(wire.other.remains.streams == before)
    }
}
