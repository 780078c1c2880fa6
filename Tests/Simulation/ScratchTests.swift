import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation
import Testing
actor Home {
    nonisolated let executor: any RuntimeExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }
    init(_ e: any RuntimeExecutor) { executor = e }
    func loop(_ m: Mailbox<Int>) async { while await m.next() != nil {} }
    func run(_ work: () async -> Void) async { await work() }
}
@Suite(.serialized) struct ScratchTests {
    func measure(_ name: String, _ body: @escaping @Sendable (Context, Mailbox<Int>) async -> Void) {
        let simulation = Simulation(seed: 1)
        let node = simulation.addNode("n")
        let m = Mailbox<Int>(capacity: 10, overflow: .refuseNewest)
        node.context.spawn("x") { await body($0, m) }
        simulation.run(for: .seconds(1))
        let before = simulation.steps
        for _ in 0..<100 { m.offer(1); simulation.run(for: .seconds(1)) }
        print(name, Double(simulation.steps - before) / 100)
    }
    @Test func scratch() async throws {
        measure("isolation") { _, m in
            func f() async { let i: (any Actor)? = #isolation; print("next func", i as Any) }
            let i: (any Actor)? = #isolation; print("next body", i as Any); await f(); while await m.next() != nil {} }
        measure("plain next") { _, m in while await m.next() != nil {} }
        measure("for await") { _, m in for await _ in m {} }
        measure("actor") { c, m in await Home(c.executor).loop(m) }
        measure("home") { c, m in await Home(c.executor).run { while await m.next() != nil {} } }
    }
}
