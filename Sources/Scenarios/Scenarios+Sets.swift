/// Stories of epochs that follow each other.
extension Scenario {
    public static let epochsOverlap = Scenario(
        "epochs-overlap", "ten epochs, each keeps most of the set, and who stays keeps its connections",
        validators: 9
    ) { stage in
        try stage.expectMesh()
        for _ in 0..<10 {
            let before = stage.members
            let next = stage.some(stage.validators.count - 2)
            let staying = next.filter { validator in before.contains { $0 === validator } }
            let connections = stage.connections(among: staying)
            try stage.track(next)
            for leaving in stage.others(than: next) { try stage.expectAlone(leaving, within: .seconds(2)) }
            try stage.expectMesh()
            try stage.require(
                "who stays keeps its connections", stage.connections(among: staying) == connections)
        }
    }

    public static let epochsApart = Scenario(
        "epochs-apart", "ten epochs, each of those whom the one before had not", validators: 8
    ) { stage in
        try stage.expectMesh()
        var old = stage.some(stage.validators.count / 2)
        var new = stage.others(than: old)
        for _ in 0..<10 {
            try stage.track(new)
            for leaving in old { try stage.expectAlone(leaving, within: .seconds(2)) }
            try stage.expectMesh()
            swap(&old, &new)
        }
    }
}
