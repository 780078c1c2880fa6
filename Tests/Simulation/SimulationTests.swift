import ConclaveCodec
import ConclaveRuntime
import ConclaveSimulation
import Glibc
import Testing

@Suite struct SimulationTests {
    @Test func `a mesh of peer networks connects`() throws {
        let mesh = try Mesh(4, seed: 1)
        let outcome = mesh.simulation.run(atMost: .seconds(10)) { mesh.isMesh }
        #expect(outcome == .done, "\(mesh.simulation.report())")
    }

    @Test(arguments: 0..<20) func `a seed gives the same history again`(seed: UInt64) throws {
        let first = try Mesh.story(seed: seed), second = try Mesh.story(seed: seed)
        #expect(first == second)
    }

    @Test func `seeds give histories of their own`() throws {
        let digests = try (0..<20).map { try Mesh.story(seed: $0).digest }
        #expect(Set(digests).count == digests.count)
    }

    @Test func `three processes live through the same histories`() async throws {
        var outputs: Set<[UInt8]> = []
        for _ in 0..<3 {
            let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
                for seed in 0..<10 { print("digest", try Mesh.story(seed: UInt64(seed))) }
                fflush(nil)
                exit(0)
            }
            let text = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
            let lines = text.split(separator: "\n").filter { $0.hasPrefix("digest") }
            #expect(lines.count == 10)
            outputs.insert(Array(lines.joined().utf8))
        }
        #expect(outputs.count == 1)
    }

    @Test func `a task that comes from another thread traps and is named`() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let simulation = Simulation(seed: 1)
            let node = simulation.addNode("node")
            let mailbox = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            node.context.spawn("reader") { _ in _ = await mailbox.next() }
            simulation.run(for: .seconds(1))
            Task.detached(name: "stray") { mailbox.offer(1) }
            sleep(5)
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("task stray brings a job to node loop 0 from another thread"))
    }

    /// Code that is isolated to nobody is queued again after each wait: four jobs a message instead of one.
    @Test func `a task that waits for a message costs one job a message`() {
        let simulation = Simulation(seed: 1)
        let node = simulation.addNode("node")
        let ball = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
        let back = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
        let rounds = 1_000
        node.context.spawn("one") { _ in
            for round in 0..<rounds {
                ball.offer(round)
                _ = await back.next()
            }
        }
        node.context.spawn("other") { _ in
            for _ in 0..<rounds {
                if let round = await ball.next() { back.offer(round) }
            }
        }
        simulation.run(for: .seconds(1))
        #expect((2 * rounds..<2 * rounds + 50).contains(simulation.steps), "\(simulation.steps) steps")
    }

    @Test func `what nobody will ever wake is a deadlock`() {
        let simulation = Simulation(seed: 1)
        let node = simulation.addNode("node")
        let mailbox = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
        node.context.spawn("reader") { context in
            let child = context.spawn("below") { _ in _ = await mailbox.next() }
            await child.ended()
        }
        let child = node.context.spawn("parent") { context in
            context.spawn("listener") { context in
                let address = SocketAddress(node.ip, port: 80)
                let acceptor = try context.network.listen(on: address, executor: context.executor)
                defer { acceptor.close() }
                _ = try await acceptor.accept()
            }
        }
        #expect(simulation.run(for: .seconds(1)) == .deadlock)
        #expect(
            simulation.report().contains(
                """
                node
                  reader waits for the end of others
                    below waits for a message
                  parent waits for those below
                    listener waits for a connection

                """))
        child.cancel()
        mailbox.close()
        simulation.run(for: .seconds(1))
        #expect(node.remains.isNothing)
    }

    @Test func `nodes that keep themselves busy are found out`() {
        let simulation = Simulation(seed: 1)
        simulation.addNode("node").context.spawn("spinner") { _ in
            while !Task.isCancelled { await Task.yield() }
        }
        #expect(simulation.run(for: .seconds(1)) == .busy)
    }
}
