import ConclaveCodec
import ConclaveRuntime
import ConclaveSimulation
import Testing

@Suite struct NetworkControlTests {
    @Test func `what is sent over a cut arrives after it has healed`() throws {
        let wire = try Wire()
        wire.listener.habit = .readsAll
        wire.simulation.network.cut(from: wire.one, to: wire.other)
        _ = wire.dialer.write([1, 2, 3])
        wire.dialer.stream.close()
        wire.pass(.seconds(30))
        #expect(wire.listener.received.isEmpty)
        #expect(wire.listener.end == nil)
        wire.simulation.network.healAll()
        wire.pass()
        #expect(wire.listener.received == [1, 2, 3])
        #expect(wire.listener.end == .endOfStream)
    }

    @Test func `a cut of one way stops the word of arrival, and so the writer`() throws {
        let wire = try Wire()
        wire.listener.habit = .readsAll
        wire.simulation.network.cut(from: wire.other, to: wire.one)
        _ = wire.dialer.write([UInt8](repeating: 1, count: 10_000))
        wire.pass()
        #expect(wire.listener.received.count == 10_000)
        #expect(wire.dialer.write([1]) == .took(0))
        wire.dialer.stream.watch([.readable, .writable])
        wire.simulation.network.heal(from: wire.other, to: wire.one)
        wire.pass()
        #expect(wire.dialer.told == [.writable])
    }

    @Test func `nodes that are parted hear nothing of each other, either way, until that is healed`() throws {
        let wire = try Wire(), third = wire.simulation.addNode("third")
        wire.dialer.habit = .readsAll
        wire.listener.habit = .readsAll
        wire.simulation.network.perform(.isolate([0]))
        _ = wire.dialer.write([1])
        _ = wire.listener.write([2])
        wire.pass(.seconds(30))
        #expect(wire.listener.received.isEmpty && wire.dialer.received.isEmpty)
        _ = try Wire.connect(wire.simulation, wire.other, third)
        wire.simulation.network.perform(.healAll)
        wire.pass()
        #expect(wire.listener.received == [1])
        #expect(wire.dialer.received == [2])
    }

    @Test func `a reset is told at both ends, watched or not`() throws {
        let wire = try Wire()
        wire.dialer.stream.watch([])
        wire.simulation.network.reset(between: wire.one, and: wire.other)
        wire.pass()
        for probe in [wire.dialer, wire.listener] {
            #expect(probe.told.first == .readable)
            probe.read()
            #expect(probe.end == .reset)
        }
    }

    @Test func `a severed connection is silent one way, and others are not touched`() throws {
        let wire = try Wire()
        wire.dialer.habit = .readsAll
        wire.listener.habit = .readsAll
        wire.simulation.network.sever(from: wire.one, to: wire.other)
        _ = wire.dialer.write([1])
        _ = wire.listener.write([2])
        wire.dialer.stream.finishWriting()
        wire.pass(.seconds(100))
        #expect(wire.listener.told.isEmpty)
        #expect(wire.dialer.received == [2])
        _ = try Wire.connect(wire.simulation, wire.one, wire.other)
    }

    @Test func `nobody there and refusal are told at once, silence after a minute`() throws {
        let simulation = Simulation(seed: 1, conditions: Wire.plain)
        let one = simulation.addNode("one"), other = simulation.addNode("other")
        let address = SocketAddress(other.ip, port: 80)
        let dial: @Sendable (Context) async -> HostFailure? = { context in
            do throws(HostFailure) {
                _ = try await context.network.connect(to: address, on: context.executor)
                return nil
            } catch { return error }
        }
        #expect(try simulation.perform(on: one, dial) == .unreachable(address))
        #expect(simulation.now < .milliseconds(10))
        other.context.spawn("listener") { context in
            let acceptor = try context.network.listen(on: address, executor: context.executor)
            while true { _ = try await acceptor.accept() }
        }
        simulation.network.welcome(.refused, at: other)
        #expect(try simulation.perform(on: one, dial) == .unreachable(address))
        simulation.network.welcome(.open, at: other)
        #expect(try simulation.perform(on: one, dial) == .some(nil))
        other.crash(.powerLost)
        let before = simulation.now
        #expect(try simulation.perform(on: one, within: .seconds(100), dial) == .unreachable(address))
        #expect(simulation.now - before > .seconds(60))
        #expect(one.remains.isNothing)
    }

    @Test func `a dial that is given up leaves nothing`() throws {
        let wire = try Wire()
        wire.dialer.stream.close()
        wire.listener.stream.close()
        wire.pass()
        wire.simulation.network.cut(from: wire.other, to: wire.one)
        let address = SocketAddress(wire.other.ip, port: 80)
        wire.other.context.spawn("listener") { context in
            let acceptor = try context.network.listen(on: address, executor: context.executor)
            _ = try await acceptor.accept()
        }
        let child = wire.one.context.spawn("dialer", onFailure: .ignore) { context in
            _ = try await context.network.connect(to: address, on: context.executor)
        }
        wire.pass(.seconds(5))
        child.cancel()
        wire.pass()
        #expect(wire.one.remains.isNothing)
        #expect(wire.other.remains.streams == 0)
    }

    @Test func `slow accepts come late, dials do not`() throws {
        let wire = try Wire()
        wire.simulation.network.welcome(.slow(.seconds(3)), at: wire.other)
        let before = wire.simulation.now
        _ = try Wire.connect(wire.simulation, wire.one, wire.other)
        #expect(wire.simulation.now - before >= .seconds(3))
    }

    @Test func `a name stands for what it was given last`() throws {
        let wire = try Wire()
        let name = try HostName("validator.example")
        let ask: @Sendable (Context) async -> [IPAddress]? = { context in
            try? await context.network.resolve(name)
        }
        #expect(try wire.simulation.perform(on: wire.one, ask) == .some(nil))
        wire.simulation.network.name(name, [wire.other.ip])
        #expect(try wire.simulation.perform(on: wire.one, ask) == [wire.other.ip])
        wire.simulation.network.name(name, [wire.one.ip, wire.other.ip])
        #expect(try wire.simulation.perform(on: wire.one, ask) == [wire.one.ip, wire.other.ip])
    }
}
