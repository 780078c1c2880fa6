import Conclave
import ConclaveSimulation

/// Stories of too much, and of who is too slow for it.
extension Scenario {
    public static let slowReaders = Scenario(
        "slow-readers", "a third reads seldom or never: that fills its own lanes, and nobody else's",
        validators: 7, chatter: .steady, backlog: 32
    ) { stage in
        try stage.expectMesh()
        let slow = stage.some(stage.third), quick = stage.others(than: slow)
        let before = stage.connections
        for (place, reader) in slow.enumerated() {
            reader.read(place.isMultiple(of: 2) ? .never : .every(.seconds(6)))
        }
        try stage.pass(.seconds(20))
        try stage.silence()
        try stage.require("every link stays", stage.connections == before)
        for reader in stage.validators {
            let isSlow = slow.contains { $0 === reader }
            for link in try stage.snapshot(of: reader).links where isKnown(link.peer, on: stage) {
                try stage.require(
                    "who is slow loses messages, and nobody else", (link.tally.laneFull > 0) == isSlow)
            }
        }
        try stage.requireNothingLost(among: quick)
    }

    public static let flood = Scenario(
        "flood", "one sends as fast as its outboxes take, and no vote of the others is lost",
        validators: 5, conditions: .narrow, chatter: .votes, backlog: 64
    ) { stage in
        try stage.expectMesh()
        let flooder = stage.anyone(), voters = stage.others(than: [flooder])
        let before = stage.connections
        for voter in voters { voter.read(.every(.milliseconds(100))) }
        let floods = voters.compactMap { flooder.flood($0.peer) }
        try stage.pass(.seconds(10))
        for flood in floods { flood.cancel() }
        try stage.silence()
        try stage.require("every link stays", stage.connections == before)
        try stage.requireNothingLost(among: voters)
        for voter in voters {
            let links = try stage.snapshot(of: voter).links
            let flooded = links.filter { $0.tally.laneFull > 0 }.map(\.peer)
            try stage.require("the flood fills its own lane, and no other", flooded == [flooder.peer])
        }
    }

    /// A bootstrapper says and hears nothing.
    private static func isKnown(_ peer: PeerID, on stage: Stage) -> Bool {
        stage.validators.contains { $0.peer == peer }
    }
}

extension NetworkConditions {
    /// Machines in one place with lines that one of them can fill.
    fileprivate static let narrow: NetworkConditions = {
        var conditions = rack
        conditions.bytesPerSecond = 2_000_000
        conditions.bufferBytes = 65_536...131_072
        return conditions
    }()
}
