import Conclave
import ConclaveSimulation

/// Stories of networks in which not all speak alike.
extension Scenario {
    public static let mixedWire: Scenario = {
        var scenario = Scenario(
            "mixed-wire", "half dial in the commonware profile, half in the native one; some change over",
            validators: 8
        ) { stage in
            try stage.expectMesh()
            try stage.requireProfiles()
            for _ in 0..<3 {
                let one = stage.anyone()
                try stage.crash(one, stage.anyCrash())
                try stage.pass(.milliseconds(500))
                one.wire = one.wire.dialled == .native ? .commonware : .native
                try stage.start(one)
                try stage.expectMesh()
            }
        }
        scenario.wire = .mixed
        return scenario
    }()

    public static let rollingUpgrade = Scenario(
        "rolling-upgrade", "a third, then two thirds, then all speak a newer version, and messages flow on",
        validators: 9
    ) { stage in
        try stage.expectMesh()
        for third in 0..<3 {
            let upgraded = stage.validators.filter { $0.number % 3 <= third }
            for validator in upgraded where validator.wire != .newer {
                try stage.upgrade(validator)
            }
            try stage.expectMesh()
            try stage.expectTalk()
            try stage.requireVersions(of: upgraded)
        }
        try stage.requireVersions(of: stage.validators)
    }
}

extension WireChoice {
    /// What the next release speaks: the same, under another number, and something more that it offers.
    static let newer = WireChoice(.native, versions: 1...2, features: 1)
}

extension Stage {
    /// Stops it as its operator would, and starts the next release in its place.
    func upgrade(_ validator: Validator) throws {
        try crash(validator, .killed)
        try pass(.milliseconds(300))
        validator.wire = .newer
        try start(validator)
        // The others go on meanwhile.
        try pass(.seconds(1))
    }

    /// Everyone hears everyone: each link brings something from now on.
    func expectTalk() throws {
        let before = try heard()
        try wait(.seconds(10), for: "everyone hears everyone") {
            guard let now = try? heard(), now.count == before.count else { return false }
            return zip(before, now).allSatisfy { $0 < $1 }
        }
    }

    private func heard() throws -> [UInt64] {
        try running.flatMap { validator in
            // A bootstrapper says nothing.
            try snapshot(of: validator).links.filter { $0.peer != bootstrapper?.peer }.map(\.tally.received)
        }
    }

    /// Two that were upgraded speak the newer version with each other, and every link is one that both ends
    /// have chosen knowingly.
    func requireVersions(of upgraded: [Validator]) throws {
        let newer = upgraded.map(\.peer)
        for validator in running {
            for link in try snapshot(of: validator).links where link.wire.wire == .native {
                let isNew = newer.contains(validator.peer) && newer.contains(link.peer)
                try require(
                    "\(validator.node.name) speaks what it should with \(link.peer.short)",
                    link.wire == .native(version: isNew ? 2 : 1))
            }
        }
    }

    /// There are links of every profile that somebody dials in.
    func requireProfiles() throws {
        let spoken = try running.flatMap { try snapshot(of: $0).links.map(\.wire.wire) }
        for wire in Wire.allCases where running.contains(where: { $0.wire.dialled == wire }) {
            try require("some speak \(wire)", spoken.contains(wire))
        }
    }
}
