import ConclaveSimulation
import Testing

@Suite struct SimulationTests {
    @Test func `a mesh of peer networks connects`() throws {
        let mesh = try Mesh(4, seed: 1)
        let outcome = mesh.simulation.run(atMost: .seconds(10)) { mesh.isMesh }
        #expect(outcome == .done, "\(mesh.simulation.report())")
    }
}
