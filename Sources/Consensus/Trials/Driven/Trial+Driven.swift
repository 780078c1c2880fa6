package import ConclaveConsensusCore
internal import ConclavePrimitives

/// A trial in somebody's hand: what happens next, what fails and what the liars say is chosen one by one, and
/// everything that a trial holds against its nodes is held against them.
///
/// Its plan is calm, so that the seed does no harm of its own, and its liars are silent, so that they say
/// nothing but what they are told.
extension Trial {
    package static func driven(
        seed: UInt64, validators: Int, liars: Int, weights: TrialPlan.Weights, election: LeaderElection
    ) -> Trial {
        var plan = TrialPlan(seed: seed, validators: validators, liars: liars)
        plan.weather = .calm
        plan.lying = .silent
        plan.weights = weights
        plan.election = election
        var trial = Trial(plan)
        trial.begin()
        return trial
    }

    /// Events that are to happen.
    package var due: Int { queue.count }

    /// Identities of the honest, whether they are alive or not, ascending.
    package var honest: [Int] { nodes.indices.filter { nodes[$0] != nil } }

    package var liarIdentities: [Int] { liars.identities }

    /// Where a node stands; nil if it is dead.
    package func status(of node: Int) -> ConsensusStatus? { nodes[node]?.machine?.status }

    package func holdings(of node: Int) -> ConsensusHoldings? { nodes[node]?.machine?.holdings }

    package func viewsEntered(by node: Int) -> UInt64 { nodes[node]?.machine?.statistics.viewsEntered ?? 0 }

    // MARK: What happens

    /// The next of what is to happen.
    package mutating func happen() throws(Violation) {
        guard let (at, event) = queue.next() else { return }
        now = max(now, at)
        try take(event)
    }

    /// Something else of it: others come later, though they were to come first.
    package mutating func happen(_ place: Int) throws(Violation) {
        guard let event = queue.take(place) else { return }
        try take(event)
    }

    /// A message is lost. Nothing but messages is.
    package mutating func lose(_ place: Int) {
        guard case .deliver = queue[place] else { return }
        _ = queue.take(place)
    }

    /// A message will come twice.
    package mutating func double(_ place: Int, after deltas: Double) {
        guard let event = queue[place], case .deliver = event else { return }
        queue.add(event, at: after(deltas))
    }

    package mutating func pass(_ duration: Duration) { now = now.advanced(by: duration) }

    /// From now on messages reach only those on the same side, one bit for each identity.
    package mutating func cut(_ sides: UInt64) { weather.sides = sides }

    // MARK: What fails

    /// The process dies, and what the disk has not confirmed is lost but for so many records.
    package mutating func kill(_ node: Int, surviving: Int) throws(Violation) {
        try crash(node, surviving: surviving)
    }

    /// The process will die amid the next event that leads to anything, after so many actions.
    package mutating func light(_ fuse: Int, at node: Int) { nodes[node]?.mishaps.fuse = fuse }

    /// The clock is ahead of the true time by so much.
    package mutating func set(_ skew: Duration, at node: Int) { nodes[node]?.skew = skew }

    package mutating func refuse(_ count: Int, at node: Int) { nodes[node]?.mishaps.refusals = count }

    package mutating func idle(_ count: Int, at node: Int) { nodes[node]?.mishaps.idleBuilds = count }

    /// A write fails. The machine must do nothing more; then its process ends.
    package mutating func breakDisk(of node: Int) throws(Violation) {
        guard nodes[node]?.machine != nil else { return }
        let later = now.advanced(by: .seconds(60))
        let said = modify(node) { $0.keepingFailed() }, more = modify(node) { $0.woke(at: later) }
        guard said == [.alarm(.journalFailed)], more.isEmpty else {
            throw Violation(.journal, "node \(node) goes on without its journal: \(said + more)")
        }
        try crash(node)
    }

    /// The process dies and its journal is lost. The operator does not know what its key has voted for, and
    /// what was on the links ends with them.
    package mutating func loseJournal(of node: Int) throws(Violation) {
        try crash(node, surviving: 0)
        nodes[node]?.disk = TrialDisk()
        nodes[node]?.mishaps.hasLostJournal = true
        queue.removeAll { event in
            if case .deliver(_, _, let to) = event { to == node } else { false }
        }
    }

    // MARK: The end

    /// From now on nothing fails, and whoever lies is silent: every honest node must gain final blocks within
    /// `patience` Δ.
    package mutating func heal(gaining heights: UInt64, patience: Double) throws(Violation) {
        weather.sides = 0
        for node in nodes.indices { nodes[node]?.mishaps = TrialMishaps() }
        let goal = witness.highest.advanced(by: heights), limit = after(patience)
        while !everybody(has: goal) {
            guard now <= limit, queue.count > 0 else { throw Violation(.liveness, "\(progress) of \(goal)") }
            try happen()
        }
    }

    /// What can only be said of the whole story.
    package func conclude() throws(Violation) { try checkHandovers() }
}
