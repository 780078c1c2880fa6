import Conclave
import ConclaveSimulation

/// Stories of validators that are elsewhere, or are said to be.
extension Scenario {
    public static let addressesChange = Scenario(
        "addresses-change", "every validator in turn comes back on another port, and then all at once",
        validators: 6
    ) { stage in
        try stage.expectMesh()
        for (turn, mover) in stage.some(stage.validators.count).enumerated() {
            try stage.crash(mover, stage.anyCrash())
            mover.port += 1
            try stage.pass(.seconds(2))
            try stage.start(mover)
            try stage.tellAddress(of: mover, by: turn.isMultiple(of: 2) ? .overwrite : .set)
            try stage.expectMesh()
        }
        // What each had learned of the others is all that is left of it.
        for validator in stage.validators { try stage.crash(validator, .powerLost) }
        if let bootstrapper = stage.bootstrapper { try stage.crash(bootstrapper, .powerLost) }
        for validator in stage.validators { try stage.start(validator) }
        try stage.expectMesh()
    }

    /// Two whose addresses are both wrong cannot find each other: nobody can say where either is.
    public static let poisoned = Scenario(
        "poisoned", "a third is said to be where nobody or another one is, and reaches the others itself",
        validators: 9
    ) { stage in
        try stage.expectMesh()
        let victims = stage.some(stage.third), rest = stage.others(than: victims)
        try stage.restart(victims) { victim in
            let nowhere = SocketAddress(victim.node.ip, port: 9)
            victim.claim = Bool.random(using: &stage.random) ? nowhere : stage.anyone(of: rest).socket
        }
        func isConnected() -> Bool {
            rest.allSatisfy { $0.connected().count == stage.validators.count - 1 }
        }
        try stage.wait(.seconds(60), for: "whose address is right has everyone", isConnected)
        try stage.pass(.seconds(10))
        try stage.require("whose address is right keeps everyone", isConnected())
        try stage.restart(victims) { $0.claim = nil }
        try stage.expectMesh()
    }
}

extension Stage {
    /// How the engine tells in lookup where a validator is now.
    enum Telling {
        case overwrite, set
    }

    /// Tells it to all the others. In discovery nobody is told anything: its own new record is enough.
    func tellAddress(of mover: Validator, by telling: Telling) throws {
        guard mode == .lookup else { return }
        switch telling {
        case .set: try track(members)
        case .overwrite:
            let news = [(mover.peer, mover.address)]
            for validator in running {
                guard let network = validator.network else { continue }
                _ = try simulation.perform(on: validator.node) { _ in await network.oracle.overwrite(news) }
            }
        }
    }

    /// These die, something about them changes, and they come back in a new epoch.
    func restart(_ some: [Validator], after change: (Validator) -> Void) throws {
        for validator in some {
            try crash(validator, anyCrash())
            change(validator)
        }
        try track(members)
        for validator in some { try start(validator) }
    }
}
