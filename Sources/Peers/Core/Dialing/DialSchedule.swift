package import ConclavePrimitives

/// Whom to dial next, and when to ask again.
///
/// Attempts go out in rounds. A round is everyone who is missing and whose cooldown has passed, in random
/// order, so that no address, claimed by a liar or dead, is tried first each time. Rounds begin at least
/// ``Profile/dialFrequency`` apart, and within one at most ``Profile/dialsPerSecondMax`` attempts leave in a
/// second.
package struct DialSchedule: Sendable {
    /// What the shell must do next.
    package enum Turn: Hashable, Sendable {
        /// Dial this peer, then ask again.
        case dial(PeerID)
        /// Ask again then, or as soon as a reservation ends or the directory changes.
        case wait(until: Instant)
        /// Nobody is missing: ask again when a reservation ends or the directory changes.
        case idle
    }

    private let roundDistance: Duration
    private let attemptDistance: Duration
    private var round: [PeerID] = []
    /// Whom nothing held when it was looked at last, of those with a way to them, and who was freed since,
    /// ascending. Nil when the directory has changed since: then everybody has to be looked at.
    private var free: [PeerID]?
    private var nextRound = Instant(nanoseconds: 0)
    private var nextAttempt = Instant(nanoseconds: 0)

    package init(configuration: Configuration) {
        roundDistance = configuration.dialFrequency
        attemptDistance = .seconds(1) / configuration.dialsPerSecondMax
    }

    /// Sets, addresses or blocks have changed.
    package mutating func directoryChanged() {
        free = nil
    }

    /// Nothing holds `peer` any more.
    package mutating func freed(_ peer: PeerID) {
        guard var known = free.take() else { return }
        let place = known.firstPlace(notBelow: peer) { $0 }
        if place == known.count || known[place] != peer { known.insert(peer, at: place) }
        free = known
    }

    /// The turn at `now`, after ``directoryChanged()`` and ``freed(_:)`` have told what happened. Whoever is
    /// named must be dialled: the pace is charged for it.
    package mutating func next(
        of directory: Directory, _ reservations: Reservations, at now: Instant,
        using random: inout some RandomNumberGenerator
    ) -> Turn {
        // Neither time can lie further ahead, unless the clock jumped back.
        nextAttempt = min(nextAttempt, now.advanced(by: attemptDistance))
        nextRound = min(nextRound, now.advanced(by: roundDistance))
        guard nextAttempt <= now else { return .wait(until: nextAttempt) }

        func due(_ peer: PeerID) -> Instant? {
            // Most peers are connected, which is the cheaper question.
            guard let instant = reservations.mayDial(peer) else { return nil }
            return directory.isDialable(peer, at: now) ? instant : nil
        }
        func isDue(_ peer: PeerID) -> Bool { due(peer).map { $0 <= now } ?? false }

        if let peer = takeFirst(where: isDue) { return attempt(peer, at: now) }
        // Before its round nobody is dialled, so nobody is looked at: reservations may end by the thousand.
        if nextRound > now, free?.isEmpty != true { return .wait(until: nextRound) }
        let missing = missing(of: directory, reservations)
        round = missing.filter(isDue).shuffled(using: &random)
        if let peer = takeFirst(where: isDue) {
            nextRound = now.advanced(by: roundDistance)
            return attempt(peer, at: now)
        }
        // A block that expires may bring somebody back whom nothing else announces.
        let wakes = [missing.lazy.compactMap(due).min(), directory.nextExpiry(after: now)].compactMap { $0 }
        return wakes.min().map { .wait(until: $0) } ?? .idle
    }

    /// Whom nothing holds and a way leads to. In a mesh that is nearly nobody, so nearly nobody is looked at.
    private mutating func missing(of directory: Directory, _ reservations: Reservations) -> [PeerID] {
        var missing = free.take() ?? directory.dialable
        missing.removeAll { reservations.mayDial($0) == nil || !directory.hasWay(to: $0) }
        free = missing
        return missing
    }

    /// Takes peers off the round until one fits: the others were connected, or left, since it was filled.
    private mutating func takeFirst(where isDue: (PeerID) -> Bool) -> PeerID? {
        while let peer = round.popLast() { if isDue(peer) { return peer } }
        return nil
    }

    private mutating func attempt(_ peer: PeerID, at now: Instant) -> Turn {
        nextAttempt = now.advanced(by: attemptDistance)
        return .dial(peer)
    }
}
