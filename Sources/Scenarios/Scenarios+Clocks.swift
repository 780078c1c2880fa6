import Conclave
import ConclaveSimulation

/// Stories of clocks.
extension Scenario {
    /// Clocks differ by up to what is allowed, but for what a handshake takes; one differs by more.
    public static let skew = Scenario(
        "skew", "clocks just within the bound make a mesh, one beyond it is refused until it is set right",
        validators: 6, clock: .none
    ) { stage in
        try stage.expectMesh()
        let outsider = stage.anyone(), insiders = stage.others(than: [outsider])
        let bound = stage.profile.synchronyBound, widest = bound - .milliseconds(5)
        let isAhead = Bool.random(using: &stage.random)
        let beyond = bound + .milliseconds(50)
        let error = isAhead ? widest + beyond : .zero - beyond
        for validator in stage.validators { try stage.crash(validator, stage.anyCrash()) }
        outsider.node.setClock(by: error)
        // One is right, one is as far ahead as may be, the others are between them.
        for (place, insider) in insiders.dropFirst().enumerated() {
            insider.node.setClock(
                by: place == 0 ? widest : (.zero...widest).draw(using: &stage.random))
        }
        for validator in stage.validators { try stage.start(validator) }
        try stage.expectMesh(among: insiders)
        try stage.pass(.seconds(10))
        try stage.require("the mesh is of those within the bound", stage.isMesh(among: insiders))
        try stage.expectAlone(outsider, within: .zero)
        outsider.node.setClock(by: .zero - error)
        try stage.expectMesh()
    }
}
