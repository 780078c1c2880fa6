import Conclave
import ConclaveScenarios
import ConclaveSimulation
import Testing

/// That a story that must fail does.
@Suite struct StageTests {
    private func failure(_ story: @escaping @Sendable (Stage) throws -> Void) -> String {
        Scenario("sample", "a sample", validators: 3, story: story).run(seed: 1).failure ?? "none"
    }

    @Test func `what does not come about is told, with what everyone waits for`() {
        let scenario = Scenario("sample", "a sample", validators: 3) { stage in
            try stage.perform(.isolate([0]))
            try stage.expectMesh(within: .seconds(3))
        }
        let verdict = scenario.run(seed: 1)
        let missing = "everyone is connected; not connected: 0 to 1, 0 to 2, 1 to 0, 2 to 0"
        #expect(verdict.failure?.hasSuffix(missing) == true, "\(verdict.failure ?? "none")")
        #expect(verdict.report?.contains("dialer waits for news") == true)
        #expect(verdict.report?.contains("validator-0") == true)
    }

    @Test func `a task that outlives the shutdown is found`() {
        let text = failure { stage in
            stage.validators[1].node.context.spawn("straggler") { context in
                try await context.sleep(for: .seconds(10_000))
            }
        }
        #expect(text.contains("after the shutdown validator-1 still has"))
        #expect(text.contains("straggler"))
    }

    @Test func `a store that outlives the shutdown is found`() {
        let stores = Mailbox<any Store>(capacity: 1, overflow: .refuseNewest)
        let text = failure { stage in
            stage.validators[1].node.context.spawn("opener") { context in
                stores.offer(try await context.storage.open("kept", tables: ["all"]))
            }
            try stage.pass(.seconds(1))
            try stage.require("a store is open", stores.count == 1)
        }
        #expect(text.contains("after the shutdown validator-1 still has"))
        #expect(text.contains("stores: 1"))
        withExtendedLifetime(stores) {}
    }

    @Test func `a plan that is read back from its text makes the same history`() {
        func digest(_ read: @escaping @Sendable (FaultPlan) -> FaultPlan) -> UInt64 {
            let scenario = Scenario("sample", "a sample", validators: 4) { stage in
                let plan = FaultPlan(seed: 3, nodes: 4, troubles: 8, length: .seconds(6))
                try stage.play(read(plan))
                try stage.expectMesh()
            }
            let verdict = scenario.run(seed: 1)
            #expect(verdict.failure == nil)
            return verdict.digest
        }
        let drawn = digest { $0 }
        #expect(digest { FaultPlan("\($0)") ?? FaultPlan([]) } == drawn)
        #expect(digest { FaultPlan(Array($0.steps.dropFirst())) } != drawn)
    }

    @Test func `a task that does not end with its process is found`() {
        let text = failure { stage in
            let deaf = Mailbox<Int>(capacity: 1, overflow: .refuseNewest)
            stage.validators[1].node.context.spawn("deaf") { context in
                let child = context.spawn("below") { _ in
                    while true {
                        await Task.yield()
                        if await deaf.next() == 1 { return }
                    }
                }
                await child.ended()
            }
            try stage.pass(.seconds(1))
            try stage.crash(stage.validators[1], .killed)
        }
        #expect(text.contains("tasks did not end"))
    }
}
