import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Testing

@Suite struct ScopeCensusTests {
    struct Broken: Error {}

    @Test func `tasks and restarts are counted by the scope right below the root`() async throws {
        try await onRuntime { context in
            let root = context.scope("unused").metrics  // one registry a tree
            let peers = context.scope("peers")
            let gate = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            peers.scope("deeper").spawn("link") { _ in _ = await gate.next() }
            let backoff = Backoff(first: .microseconds(1), longest: .seconds(3_600))
            let failing = peers.spawn("dialers", onFailure: .ignore) { dialers in
                dialers.spawn("dialer", onFailure: .restart(backoff, limit: 2)) { _ in throw Broken() }
            }
            await failing.ended()
            // Everything of this test is below the task "body", which is right below the root.
            #expect(Self.figure("conclave_task_restarts_total", "body", root) == 2)
            while context.liveTasks > 1 {
                #expect(Self.figure("conclave_tasks", "body", root) == context.liveTasks)
                gate.close()
                await Task.yield()
            }
            #expect(Self.figure("conclave_tasks", "body", root) == 1)
        }
    }

    @Test func `a part that has ended stays, with what it counted`() async throws {
        let runtime = try SystemRuntime(loops: 1, log: .silent)
        let context = runtime.context(named: "test")
        await context.spawn("first") { first in await first.spawn("second") { _ in }.ended() }.ended()
        #expect(Self.figure("conclave_tasks", "first", context.metrics) == 0)
        #expect(Self.figure("conclave_tasks", "second", context.metrics) == nil)
        await runtime.shutdown()
    }

    @Test func `names beyond the bound are counted together`() async throws {
        let runtime = try SystemRuntime(loops: 1, log: .silent)
        let context = runtime.context(named: "test")
        let children = (0..<100).map { number in
            context.spawn("made up \(number)") { context in try await context.sleep(for: .seconds(1_000)) }
        }
        let lines = context.metrics.text().split(separator: "\n").filter { $0.hasPrefix("conclave_tasks{") }
        #expect(lines.count == 65)
        #expect(Self.figure("conclave_tasks", "other", context.metrics) == 36)
        for child in children { child.cancel() }
        for child in children { await child.ended() }
        #expect(Self.figure("conclave_tasks", "other", context.metrics) == 0)
        await runtime.shutdown()
    }

    @Test func `the figures of a tree are these; Docs/Metrics.md lists them`() async throws {
        let runtime = try SystemRuntime(loops: 1, log: .silent)
        let text = runtime.context(named: "test").metrics.text()
        let names = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map {
            String($0.split(separator: " ")[2])
        }
        #expect(names == ["conclave_task_restarts_total", "conclave_tasks"])
        await runtime.shutdown()
    }

    private static func figure(_ name: String, _ scope: String, _ metrics: Metrics) -> Int? {
        let start = "\(name){scope=\"\(scope)\"} "
        let line = metrics.text().split(separator: "\n").first { $0.hasPrefix(start) }
        return line.flatMap { Int($0.dropFirst(start.count)) }
    }
}
