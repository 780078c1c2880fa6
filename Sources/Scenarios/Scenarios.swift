import Conclave
import ConclaveSimulation

extension Scenario {
    /// Every scenario, in the order in which they are worth reading.
    public static let all: [Scenario] = [
        mesh, restartOfOne, restartOfThird, restartOfAll, restartAlone, partition, crossedDials, halfOpenCuts,
        changeOfSet, epochsOverlap, epochsApart, addressesChange, poisoned, slowReaders, flood, skew, liar,
        mixedWire, rollingUpgrade, standard, consensus, chain,
    ]

    /// The scenario of that name.
    public static func named(_ name: String) -> Scenario? {
        all.first { $0.name == name }
    }

    public static let mesh = Scenario("mesh", "all connect and talk, and nothing goes wrong", validators: 10)
    { stage in
        try stage.expectMesh(within: stage.forming)
        let before = stage.connections
        try stage.pass(.seconds(10))
        try stage.require("no connection was made anew", stage.connections == before)
    }

    public static let restartOfOne = Scenario(
        "restart-one", "one validator dies and comes back", validators: 7
    ) { stage in
        try stage.expectMesh()
        let victim = stage.anyone()
        try stage.crash(victim, stage.anyCrash())
        try stage.pass(.seconds(4))
        try stage.start(victim)
        try stage.expectMesh()
    }

    public static let restartOfThird = Scenario(
        "restart-third", "a third of the validators die together and come back one by one", validators: 10
    ) { stage in
        try stage.expectMesh()
        let victims = stage.some(stage.third)
        for victim in victims { try stage.crash(victim, stage.anyCrash()) }
        try stage.pass(.seconds(20))
        for victim in victims {
            try stage.start(victim)
            try stage.pass(.seconds(1))
        }
        try stage.expectMesh()
    }

    public static let restartOfAll = Scenario(
        "restart-all", "the power fails everywhere, and everyone comes back within five seconds",
        validators: 10
    ) { stage in
        try stage.expectMesh()
        for validator in stage.validators { try stage.crash(validator, .powerLost) }
        try stage.pass(.seconds(2))
        for validator in stage.some(stage.validators.count) {
            try stage.start(validator)
            try stage.pass(.milliseconds(500))
        }
        try stage.expectMesh()
    }

    public static let restartAlone = Scenario(
        "restart-alone", "the power fails everywhere, and whoever knew everybody never comes back",
        validators: 10
    ) { stage in
        try stage.expectMesh()
        for validator in stage.validators { try stage.crash(validator, .powerLost) }
        if let bootstrapper = stage.bootstrapper { try stage.crash(bootstrapper, .powerLost) }
        try stage.pass(.seconds(2))
        for validator in stage.some(stage.validators.count) { try stage.start(validator) }
        try stage.expectMesh()
    }

    public static let partition = Scenario(
        "partition", "the network falls into halves for so long that links die, and heals", validators: 10,
        conditions: .world
    ) { stage in
        try stage.expectMesh()
        let half = stage.some(stage.validators.count / 2).map(\.number)
        try stage.perform(.isolate(half))
        try stage.pass(.seconds(40))
        for validator in stage.validators {
            let size = half.contains(validator.number) ? half.count : stage.validators.count - half.count
            try stage.require(
                "each half is a mesh of its own", validator.connected().count == size - 1)
        }
        try stage.perform(.healAll)
        try stage.expectMesh()
    }

    public static let crossedDials = Scenario(
        "crossed-dials", "pairs dial each other at the same moment, again and again", validators: 4
    ) { stage in
        for _ in 0..<10 {
            try stage.expectMesh()
            for one in stage.validators {
                for other in stage.validators where one.number < other.number {
                    try stage.perform(.reset(one.number, other.number))
                }
            }
        }
        try stage.expectMesh()
    }

    public static let halfOpenCuts = Scenario(
        "half-open", "something between forgets connections and tells nobody", validators: 7
    ) { stage in
        try stage.expectMesh()
        for _ in 0..<5 {
            let pair = stage.some(2)
            try stage.perform(.sever(from: pair[0].number, to: pair[1].number))
            try stage.pass(.milliseconds(700))
        }
        try stage.pass(.seconds(20))
        try stage.expectMesh()
    }

    public static let changeOfSet = Scenario(
        "change-of-set", "who leaves the set is disconnected, who stays keeps its connection", validators: 9
    ) { stage in
        try stage.expectMesh()
        let leaving = stage.some(stage.third).map(\.number)
        let staying = stage.validators.filter { !leaving.contains($0.number) }
        let before = stage.connections(among: staying)
        try stage.track(staying)
        for number in leaving { try stage.expectAlone(stage.validators[number], within: .seconds(2)) }
        try stage.expectMesh()
        try stage.pass(.seconds(5))
        try stage.require("who stays keeps its connection", stage.connections(among: staying) == before)
        try stage.track(stage.validators)
        try stage.expectMesh()
        try stage.require("who stayed keeps it still", stage.connections(among: staying) == before)
    }

    /// The story that many seeds are run of.
    public static let standard = Scenario(
        "standard", "twenty seconds of troubles out of the seed, then a mesh again", validators: 25
    ) { stage in
        try stage.expectMesh()
        let plan = FaultPlan(
            seed: stage.random.next(), nodes: stage.validators.count, troubles: 12, length: .seconds(20))
        for line in "\(plan)".split(separator: "\n") { stage.simulation.note("plan \(line)") }
        try stage.play(plan)
        try stage.expectMesh()
    }
}
