package import ConclavePrimitives

/// The rules of one open link: when to ping, when the peer counts as silent or stuck, how often it may ping.
///
/// It needs no alarm but the last `.wake(at:)`: every deadline that begins between two wakes lies behind the
/// next ping, because ``Profile/silenceTimeout`` is longer than ``Profile/pingFrequency``.
package struct LinkMachine: Sendable {
    /// What the shell must do next.
    package enum Action: Hashable, Sendable {
        case none
        case sendPing
        /// Both sides are committed to this connection: messages may be sent, and the engine told.
        case opened
        /// Stop reading until then; tell ``LinkMachine/readingPaused()`` and
        /// ``LinkMachine/readingResumed(at:)``.
        case readSlowly(until: Instant)
        /// Call ``LinkMachine/woke(at:)`` then.
        case wake(at: Instant)
        /// Close the connection. Comes once; afterwards every answer is nothing.
        case close(CloseReason)
    }

    private enum State: Sendable {
        case open(Open)
        case closed
    }

    private struct Open: Sendable {
        /// When the link counts as opened even if nothing has been heard; nil once it has.
        var opensAt: Instant?
        var reading = Reading.since(Instant(nanoseconds: 0))
        var writing = Writing.moves
        var pingAt: Instant
        var quota = PingQuota.untouched
    }

    private enum Reading: Sendable {
        /// Bytes arrived, or reading began, then.
        case since(Instant)
        /// We do not read, so that the peer cannot be heard.
        case paused
    }

    private enum Writing: Sendable {
        case moves
        /// Something has waited to be taken by the kernel since then, and nothing of it was.
        case stuck(since: Instant)
    }

    private enum PingQuota: Sendable {
        case untouched
        case next(Instant)
    }

    private let pingFrequency: Duration
    private let silenceTimeout: Duration
    private var state: State

    /// How long a dialer waits for the first record. Whoever accepted pings at once, so this is for peers
    /// that do not.
    package static let openingPatience = Duration.seconds(1)

    /// A link whose handshake has just ended. Ask ``woke(at:)`` at once for the first actions.
    ///
    /// Who accepted knows that both sides are committed. Who dialled knows it by the first record: until then
    /// the other side may close, because its own dial crossed ours and goes first, and what was sent would be
    /// lost.
    package init(configuration: Configuration, direction: Direction, at now: Instant) {
        pingFrequency = configuration.pingFrequency
        silenceTimeout = configuration.silenceTimeout
        let patience = direction == .accepted ? .zero : min(Self.openingPatience, silenceTimeout)
        state = .open(Open(opensAt: now.advanced(by: patience), reading: .since(now), pingAt: now))
    }

    // MARK: What the peer does

    /// Bytes arrived. Once per read, not per record.
    package mutating func heard(at now: Instant) {
        guard case .open(var open) = exchange(&state, with: .closed) else { return }
        if case .since(let before) = open.reading { open.reading = .since(max(before, now)) }
        state = .open(open)
    }

    /// The first record arrived whole and its seal verified; also the later ones may be told.
    package mutating func recordReceived() -> Action {
        guard case .open(var open) = exchange(&state, with: .closed) else { return .none }
        defer { state = .open(open) }
        return open.opensAt.take() == nil ? .none : .opened
    }

    /// A ping arrived. The first is free, then one per half period; who sends more is read more slowly, which
    /// bounds the work to one read per half period.
    package mutating func pingReceived(at now: Instant) -> Action {
        guard case .open(var open) = exchange(&state, with: .closed) else { return .none }
        defer { state = .open(open) }
        switch open.quota {
        case .untouched:
            open.quota = .next(now)
        case .next(let allowed) where now < allowed:
            // A clock that jumped back must not pause for longer than a half period either.
            return .readSlowly(until: min(allowed, now.advanced(by: pingFrequency / 2)))
        case .next:
            open.quota = .next(now.advanced(by: pingFrequency / 2))
        }
        return .none
    }

    // MARK: What we do

    /// We stopped reading, for whatever reason: silence is our own doing now.
    package mutating func readingPaused() {
        update { $0.reading = .paused }
    }

    /// We read again: the peer has the whole timeout anew.
    package mutating func readingResumed(at now: Instant) {
        update { $0.reading = .since(now) }
    }

    /// The kernel took nothing, or not everything, of what we write.
    package mutating func writeBlocked(at now: Instant) {
        update { open in
            if case .moves = open.writing { open.writing = .stuck(since: now) }
        }
    }

    /// The kernel took some bytes of a write that was blocked, but not all.
    package mutating func writeProgressed(at now: Instant) {
        update { open in
            if case .stuck = open.writing { open.writing = .stuck(since: now) }
        }
    }

    /// Nothing waits to be taken by the kernel.
    package mutating func writeDrained() {
        update { $0.writing = .moves }
    }

    // MARK: Time and end

    /// The alarm rang, or the link has just opened.
    package mutating func woke(at now: Instant) -> [Action] {
        guard case .open(var open) = exchange(&state, with: .closed) else { return [] }
        if let deadline = silence(of: open), deadline <= now { return [.close(.silent)] }
        if let deadline = stall(of: open), deadline <= now { return [.close(.writeStalled)] }
        var actions: [Action] = []
        if let opensAt = open.opensAt, opensAt <= now {
            open.opensAt = nil
            actions.append(.opened)
        }
        if open.pingAt <= now {
            open.pingAt = now.advanced(by: pingFrequency)
            // Behind a write that is stuck, one more ping would only pile up.
            if case .moves = open.writing { actions.append(.sendPing) }
        }
        let deadlines = [silence(of: open), stall(of: open), open.opensAt].compactMap { $0 }
        actions.append(.wake(at: deadlines.reduce(open.pingAt, min)))
        state = .open(open)
        return actions
    }

    /// Something ends the link: the stream, the peer's fault, the tracker. The first reason counts.
    package mutating func ended(_ reason: CloseReason) -> Action {
        switch exchange(&state, with: .closed) {
        case .open: .close(reason)
        case .closed: .none
        }
    }

    package var isOpen: Bool {
        switch state {
        case .open: true
        case .closed: false
        }
    }

    // MARK: Private

    private mutating func update(_ change: (inout Open) -> Void) {
        guard case .open(var open) = exchange(&state, with: .closed) else { return }
        change(&open)
        state = .open(open)
    }

    private func silence(of open: Open) -> Instant? {
        switch open.reading {
        case .since(let instant): instant.advanced(by: silenceTimeout)
        case .paused: nil
        }
    }

    private func stall(of open: Open) -> Instant? {
        switch open.writing {
        case .stuck(let instant): instant.advanced(by: silenceTimeout)
        case .moves: nil
        }
    }
}
