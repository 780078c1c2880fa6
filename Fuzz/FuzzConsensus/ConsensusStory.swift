internal import ConclaveConsensusCore
internal import ConclaveConsensusTrials
internal import ConclaveFuzzing
internal import ConclavePrimitives

/// A trial that is driven by the bytes of an input.
struct ConsensusStory {
    /// Of an input; of these most are events of the network.
    private static let stepsMax = 100, eventsMax = 1_000

    var trial: Trial
    private var eventsLeft = Self.eventsMax
    /// Whether what happened leaves enough honest nodes that vote, with clocks that agree well enough.
    private var isCurable = true
    private let isCured: Bool
    /// What a liar has said last, to be said again with changes.
    var lastSaid: ConsensusMessage?

    init(_ choices: inout Choices) {
        let validators = choices.once(in: 8) ? 7 : 4
        let liars = choices.once(in: 16) ? 0 : (validators - 1) / 3
        let weights: TrialPlan.Weights = choices.once(in: 4) ? .random : .equal
        let election: LeaderElection = choices.once(in: 4) ? .weighted : .roundRobin
        isCured = choices.once(in: 4)
        trial = Trial.driven(
            seed: choices.seed(), validators: validators, liars: liars, weights: weights, election: election)
    }

    mutating func run(_ choices: inout Choices) throws(Violation) {
        for _ in 0..<Self.stepsMax where !choices.isEmpty {
            try step(&choices)
            for node in trial.honest { try bounded(node) }
        }
        // Four liars in a row of leaders drawn by weight, with timers that have grown eightfold.
        if isCured, isCurable { try trial.heal(gaining: 2, patience: 400) }
        try trial.conclude()
    }

    private mutating func step(_ choices: inout Choices) throws(Violation) {
        switch choices.number(below: 16) {
        case 0...3: try happen(1 + choices.number(below: 96))
        case 4:
            if trial.due > 0 { try trial.happen(choices.number(below: min(trial.due, 64))) }
        case 5:
            if trial.due > 0 { trial.lose(choices.number(below: min(trial.due, 64))) }
        case 6:
            if trial.due > 0 {
                trial.double(choices.number(below: min(trial.due, 64)), after: Double(choices.byte()) / 16)
            }
        case 7: pass(&choices)
        case 8: try fail(&choices)
        case 9: trial.cut(choices.once(in: 2) ? 0 : UInt64(choices.byte()))
        case 10: try vote(&choices)
        case 11: try certify(&choices)
        case 12, 13: try propose(&choices)
        case 14: try choices.once(in: 2) ? ask(&choices) : answer(&choices)
        default: try garble(&choices)
        }
    }

    private mutating func happen(_ count: Int) throws(Violation) {
        for _ in 0..<min(count, eventsLeft) where trial.due > 0 { try trial.happen() }
        eventsLeft = max(0, eventsLeft - count)
    }

    // MARK: Time, disks, applications

    private mutating func pass(_ choices: inout Choices) {
        let milliseconds = choices.element(of: [1, 20, 99, 100, 200, 300, 301, 1_000, 10_000, 3_600_000])
        trial.pass(.milliseconds(milliseconds))
    }

    private mutating func fail(_ choices: inout Choices) throws(Violation) {
        let node = choices.element(of: trial.honest)
        switch choices.number(below: 12) {
        case 0...2: try trial.kill(node, surviving: choices.number(below: 8))
        case 3...5: trial.light(choices.number(below: 8), at: node)
        case 6: trial.set(.milliseconds(choices.number(in: -500...500)), at: node)
        case 7: trial.refuse(1 + choices.number(below: 3), at: node)
        case 8: trial.idle(1 + choices.number(below: 3), at: node)
        case 9: try trial.breakDisk(of: node)
        case 10:
            // Timers that were set before the clock went back wait for a day.
            isCurable = false
            trial.set(.seconds(choices.element(of: [-86_400, -1, 1, 86_400, 1 << 40])), at: node)
        default:
            // What it had kept nobody may have beside it, and it does not vote until it may.
            isCurable = false
            try trial.loseJournal(of: node)
        }
    }

    // MARK: What must hold

    private func bounded(_ node: Int) throws(Violation) {
        guard let held = trial.holdings(of: node) else { return }
        let epochLength = Int(trial.configuration.epochLength), views = Int(trial.viewsEntered(by: node))
        // Two gaps of four, a parent's certificate, and the blocks of a proposal, a parent and a walk.
        try expect(held.openAsks <= 16, "\(held.openAsks) questions", of: node)
        try expect(held.earlyMessages <= 7 * trial.keys.count, "\(held.earlyMessages) early ones", of: node)
        try expect(held.evidence <= 64, "\(held.evidence) pieces of evidence", of: node)
        // Each certified one, those of an epoch that are on their way to the application, one of each view,
        // and those that proposals near the view name.
        try expect(
            held.youngBlocks <= held.certificates + epochLength + views + 16,
            "\(held.youngBlocks) blocks after \(views) views", of: node)
    }

    private func expect(_ holds: Bool, _ what: String, of node: Int) throws(Violation) {
        if !holds { throw Violation(.memory, "node \(node) holds \(what)") }
    }
}
