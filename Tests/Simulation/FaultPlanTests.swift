import ConclaveSimulation
import Testing

@Suite struct FaultPlanTests {
    @Test(arguments: 0..<50) func `a plan is read back from its text`(seed: UInt64) {
        let plan = FaultPlan(seed: seed, nodes: 7, troubles: 20, length: .seconds(30))
        #expect(plan.steps.count > 20)
        #expect(FaultPlan("\(plan)") == plan)
        #expect(FaultPlan(seed: seed, nodes: 7, troubles: 20, length: .seconds(30)) == plan)
    }

    @Test func `a plan is in the order of its times, and ends with everything mended`() {
        let plan = FaultPlan(seed: 4, nodes: 5, troubles: 30, length: .seconds(10))
        #expect(plan.steps.map(\.time) == plan.steps.map(\.time).sorted())
        let end = plan.steps.suffix(16).map(\.fault)
        #expect(end.contains(.healAll))
        for node in 0..<5 {
            #expect(end.contains(.start(node)) && end.contains(.welcome(node, .open)))
            #expect(end.contains(.failWrite(node, after: 0)))
        }
    }

    @Test func `every kind of trouble is drawn`() {
        let faults = (0..<50).flatMap { seed in
            FaultPlan(seed: seed, nodes: 5, troubles: 10, length: .seconds(10)).steps.map(\.fault)
        }
        let mended = (0..<5).map { Fault.failWrite($0, after: 0) }
        let verbs = faults.filter { !mended.contains($0) }.map { "\($0)".prefix { $0 != " " } }
        #expect(
            Set(verbs) == [
                "kill", "unplug", "start", "cut", "isolate", "heal", "reset", "sever", "open", "refuse",
                "delay",
                "clock", "fail",
            ])
    }

    @Test func `a plan written by hand may let a write fail`() {
        #expect(FaultPlan("5 fail 1 3") == FaultPlan([.init(.milliseconds(5), .failWrite(1, after: 3))]))
        #expect("\(Fault.failWrite(1, after: 3))" == "fail 1 3")
    }

    @Test(arguments: ["1 explode 3", "cut 1 2", "5 cut 1", "5 cut 1 2 x", "x cut 1 2", "5"])
    func `what is no plan is not read`(text: String) {
        #expect(FaultPlan(text) == nil)
    }
}
