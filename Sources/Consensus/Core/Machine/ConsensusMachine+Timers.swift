internal import ConclaveCryptography
internal import ConclavePrimitives

extension ConsensusMachine {
    /// The deadlines of the view that begins now.
    mutating func setTimers(at now: Instant) {
        state.timers = ViewTimers(
            delta: configuration.delta, unsettled: state.view.distance(above: state.lastFinal), at: now)
        if state.proposals[state.view] != nil { state.timers.leader = nil }
        if isLeaderAbsent(at: now) { state.timers.skip(at: now) }
        if state.ownVotes[state.view]?.nullify != nil { state.timers.retry = now.advanced(by: pause) }
    }

    /// How long between two attempts of the same thing.
    var pause: Duration { configuration.delta * 2 }

    /// Whether we have listened long enough to know that the leader of this view is not there, though most
    /// are.
    private func isLeaderAbsent(at now: Instant) -> Bool {
        let long = configuration.delta * 10
        guard state.since.advanced(by: long) <= now else { return false }
        let leader = state.leader(of: state.view)
        guard leader != state.own, !wasHeard(leader, within: long, at: now) else { return false }
        var weight: UInt64 = 0
        for (place, member) in state.validators.members.enumerated()
        where place == state.own || wasHeard(place, within: long, at: now) {
            weight += member.weight
        }
        return state.validators.isQuorum(weight)
    }

    private func wasHeard(_ member: Int, within long: Duration, at now: Instant) -> Bool {
        state.heard[member].map { $0.advanced(by: long) > now } ?? false
    }

    /// The leader of the current view has said what it proposes.
    mutating func leaderProposed() { state.timers.leader = nil }

    /// Gives the view up if it took too long, and then says so again and again.
    mutating func actOnDeadlines(at now: Instant) {
        if state.timers.isOver(at: now) { nullify(state.view) }
        guard mayVote, state.ownVotes[state.view]?.nullify != nil else { return }
        guard let retry = state.timers.retry else {
            state.timers.retry = now.advanced(by: pause)
            return
        }
        guard retry <= now else { return }
        state.timers.retry = now.advanced(by: pause)
        sayAgain(to: .validators)
    }

    /// Own votes of this view and of the one before, and what led here: all that a peer needs to follow.
    mutating func sayAgain(to recipients: Audience) {
        if let entry = state.entry {
            send(.certificate(entry), to: recipients)
        } else if let closing = state.start.closing {
            send(.closing(closing), to: recipients)
        }
        guard mayVote else { return }
        for view in [state.view.lowered(by: 1), state.view] {
            for vote in state.ownVotes[view]?.all ?? [] { send(.vote(vote), to: recipients) }
        }
    }

    /// When a level that has not been acted on passes.
    var nextDeadline: Instant {
        guard mayVote else { return .distantFuture }
        if state.ownVotes[state.view]?.nullify != nil { return state.timers.retry ?? .distantFuture }
        return min(state.timers.leader ?? .distantFuture, state.timers.progress)
    }
}
