package import ConclavePrimitives
package import ConclaveTransport

/// The rules of one open link: what is sent to keep it alive, when the peer counts as silent or stuck, how
/// often it may say what costs us work. In discovery, also that each side greets first and once.
///
/// It needs no alarm but the last `.wake(at:)`: every deadline that begins between two wakes comes with a new
/// one, or lies behind the next beat, because ``Profile/silenceTimeout`` is longer than that.
package struct LinkMachine: Sendable {
    /// What the shell must do next.
    package enum Action: Hashable, Sendable {
        case none
        /// In the native profile, what we speak and take, before anything else.
        case sendHello
        /// In lookup, what keeps the link alive. In the native profile in discovery too: draw a number, tell
        /// ``LinkMachine/pinged(_:at:)`` of it, and send it.
        case sendPing
        /// In the native profile, the answer to a ping.
        case sendPong(UInt64)
        /// In the native profile, what keeps the link alive while a ping is not answered.
        case sendPadding
        /// In discovery, our own record, before anything else.
        case sendGreeting
        /// In discovery, what keeps the link alive: whom of a set we need no news of.
        case sendVector
        /// In discovery, what the peer says of itself.
        case learn(BelievedRecord)
        /// The gossip that has just arrived is to be looked at.
        case take
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

    enum State: Sendable {
        case open(Open)
        case closed
    }

    struct Open: Sendable {
        /// When the link counts as opened even if nothing has been heard; nil once it has.
        var opensAt: Instant?
        var beatAt: Instant
        /// When the peer must have greeted; nil once it has, and in lookup.
        var greetingBy: Instant?
        var owesGreeting = false
        /// When the peer's hello must have come; nil once it has, and in the commonware profile.
        var helloBy: Instant?
        var owesHello = false
        /// The ping that is not answered yet, and when it was sent.
        var ping: (number: UInt64, sentAt: Instant)?
        /// The newest ping that came too early, and when it will be answered.
        var owedPong: (number: UInt64, dueAt: Instant)?
        /// For pings of the native profile.
        var pings = Quota.untouched
        /// For pings and vectors, and for the answers to ours.
        var beats = Quota.untouched
        var answers = Quota.untouched
    }

    enum Reading: Sendable {
        /// Bytes arrived, or reading began, then.
        case since(Instant)
        /// We do not read, so that the peer cannot be heard.
        case paused
    }

    enum Writing: Sendable {
        case moves
        /// Something has waited to be taken by the kernel since then, and nothing of it was.
        case stuck(since: Instant)
    }

    /// The first is free, then one per half period.
    enum Quota: Sendable {
        case untouched
        case next(Instant)

        /// Takes one; returns until when the peer has to wait if it may not yet.
        mutating func take(at now: Instant, halfPeriod: Duration) -> Instant? {
            switch self {
            case .untouched:
                self = .next(now)
            case .next(let allowed) where now < allowed:
                // A clock that jumped back must not pause for longer than a half period either.
                return min(allowed, now.advanced(by: halfPeriod))
            case .next:
                self = .next(now.advanced(by: halfPeriod))
            }
            return nil
        }
    }

    /// What peers tell each other in discovery.
    package enum Gossip: Hashable, Sendable, CaseIterable {
        case vector, peers
    }

    // What every message looks at comes first, and is stored: to what is computed the whole machine would be
    // copied, several times a message.

    package private(set) var isOpen = false
    /// Whether messages of the application may come: in discovery not before the greeting.
    package private(set) var takesMessages = false
    private var reading: Reading
    private var writing = Writing.moves

    let greeting: GreetingRule?
    private let wire: Wire
    let beat: Duration
    private let greetingPatience: Duration
    private let silenceTimeout: Duration
    private var state = State.closed
    /// How long the last pong took; nil before the first, and in the commonware profile.
    package internal(set) var roundTrip: Duration?

    /// How long a dialer waits for the first record. Whoever accepted pings at once, so this is for peers
    /// that do not.
    package static let openingPatience = Duration.seconds(1)

    /// A link whose handshake has just ended. Ask ``woke(at:)`` at once for the first actions.
    ///
    /// Who accepted knows that both sides are committed. Who dialled knows it by the first record: until then
    /// the other side may close, because its own dial crossed ours and goes first, and what was sent would be
    /// lost. In discovery either side knows it by the other's greeting, and in the native profile by its
    /// hello, which also says what it takes.
    ///
    /// - Parameter greeting: what a greeting must be; nil in lookup, which has none.
    package init(
        configuration: Configuration, direction: Direction, wire: Wire = .commonware,
        greeting: GreetingRule? = nil, at now: Instant
    ) {
        self.greeting = greeting
        self.wire = wire
        beat = configuration.mode.beat(of: configuration.profile)
        greetingPatience = configuration.handshakeTimeout
        silenceTimeout = configuration.silenceTimeout
        reading = .since(now)
        var open = Open(beatAt: now)
        if greeting != nil {
            open.greetingBy = now.advanced(by: greetingPatience)
            open.owesGreeting = true
        } else if wire == .commonware {
            let patience = direction == .accepted ? .zero : min(Self.openingPatience, silenceTimeout)
            open.opensAt = now.advanced(by: patience)
        }
        if wire == .native {
            open.helloBy = now.advanced(by: greetingPatience)
            open.owesHello = true
        }
        put(open)
    }

    // MARK: What the peer does

    /// Bytes arrived. Once per read, not per record.
    package mutating func heard(at now: Instant) {
        if case .since(let before) = reading { reading = .since(max(before, now)) }
    }

    /// The first record arrived whole and its seal verified; also the later ones may be told.
    package mutating func recordReceived() -> Action {
        guard var open = take() else { return .none }
        defer { put(open) }
        return open.opensAt.take() == nil ? .none : .opened
    }

    /// A ping arrived. The first is free, then one per half period; who sends more is read more slowly, which
    /// bounds the work to one read per half period.
    package mutating func pingReceived(at now: Instant) -> Action {
        guard var open = take() else { return .none }
        defer { put(open) }
        return open.beats.take(at: now, halfPeriod: beat / 2).map { .readSlowly(until: $0) } ?? .none
    }

    /// The peer says where it is: its first message, exactly once.
    package mutating func greetingReceived(_ record: AddressRecord, at now: WallTime) -> [Action] {
        guard var open = take() else { return [] }
        guard open.greetingBy != nil, let greeting else { return [.close(.protocolError(.outOfTurn))] }
        do throws(PeerFault) {
            let believed = try greeting.examine(record, at: now)
            open.greetingBy = nil
            put(open)
            return [.learn(believed), .opened]
        } catch {
            return [.close(.protocolError(error))]
        }
    }

    /// Gossip arrived. The first of each kind is free, then one per half period is taken; the others are
    /// passed over, and their sender read more slowly.
    package mutating func received(_ gossip: Gossip, at now: Instant) -> Action {
        guard var open = take() else { return .none }
        guard open.greetingBy == nil else { return .close(.protocolError(.outOfTurn)) }
        defer { put(open) }
        let until =
            switch gossip {
            case .vector: open.beats.take(at: now, halfPeriod: beat / 2)
            case .peers: open.answers.take(at: now, halfPeriod: beat / 2)
            }
        return until.map { .readSlowly(until: $0) } ?? .take
    }

    // MARK: What we do

    /// We stopped reading, for whatever reason: silence is our own doing now.
    package mutating func readingPaused() {
        reading = .paused
    }

    /// We read again: the peer has the whole timeout anew. What it must say first may be due before the next
    /// beat, of which no alarm knows while we do not read.
    package mutating func readingResumed(at now: Instant) -> Action {
        guard var open = take() else { return .none }
        defer { put(open) }
        reading = .since(now)
        guard open.greetingBy != nil || open.helloBy != nil else { return .none }
        if open.greetingBy != nil { open.greetingBy = now.advanced(by: greetingPatience) }
        if open.helloBy != nil { open.helloBy = now.advanced(by: greetingPatience) }
        return .wake(at: nextWake(of: open))
    }

    /// The kernel took nothing, or not everything, of what we write.
    package mutating func writeBlocked(at now: Instant) {
        if case .moves = writing { writing = .stuck(since: now) }
    }

    /// The kernel took some bytes of a write that was blocked, but not all.
    package mutating func writeProgressed(at now: Instant) {
        if case .stuck = writing { writing = .stuck(since: now) }
    }

    /// Nothing waits to be taken by the kernel.
    package mutating func writeDrained() {
        writing = .moves
    }

    // MARK: Time and end

    /// The alarm rang, or the link has just opened.
    package mutating func woke(at now: Instant) -> [Action] {
        guard var open = take() else { return [] }
        if let deadline = silence, deadline <= now { return [.close(.silent)] }
        if let deadline = stall, deadline <= now { return [.close(.writeStalled)] }
        if let deadline = due(open.helloBy), deadline <= now {
            return [.close(.protocolError(.noHello))]
        }
        if let deadline = due(open.greetingBy), deadline <= now {
            return [.close(.protocolError(.noGreeting))]
        }
        var actions: [Action] = []
        if open.owesHello {
            open.owesHello = false
            actions.append(.sendHello)
        }
        if let opensAt = open.opensAt, opensAt <= now {
            open.opensAt = nil
            actions.append(.opened)
        }
        if open.owesGreeting {
            open.owesGreeting = false
            actions.append(.sendGreeting)
        }
        if open.beatAt <= now {
            open.beatAt = now.advanced(by: beat)
            // Behind a write that is stuck, one more would only pile up.
            if case .moves = writing { actions += signsOfLife(of: open) }
        }
        if let owed = open.owedPong, owed.dueAt <= now {
            open.owedPong = nil
            // One per half period: the next ping has to wait for the next one.
            _ = open.pings.take(at: now, halfPeriod: beat / 2)
            actions.append(.sendPong(owed.number))
        }
        actions.append(.wake(at: nextWake(of: open)))
        put(open)
        return actions
    }

    /// What goes out with a beat.
    private func signsOfLife(of open: Open) -> [Action] {
        let news: [Action] = greeting == nil ? [] : [.sendVector]
        switch wire {
        case .commonware: return greeting == nil ? [.sendPing] : news
        case .native:
            // Nothing that the peer may not know before its hello is here, and one ping at a time.
            if open.helloBy != nil { return news }
            if open.ping == nil { return news + [.sendPing] }
            return greeting == nil ? [.sendPadding] : news
        }
    }

    func nextWake(of open: Open) -> Instant {
        let deadlines = [
            silence, stall, due(open.greetingBy), due(open.helloBy),
            open.opensAt, open.owedPong?.dueAt,
        ]
        return deadlines.compactMap { $0 }.reduce(open.beatAt, min)
    }

    /// Something ends the link: the stream, the peer's fault, the tracker. The first reason counts.
    package mutating func ended(_ reason: CloseReason) -> Action {
        take() == nil ? .none : .close(reason)
    }

    // MARK: Private

    /// Closed until what it returns is ``put(_:)`` back, so that who forgets it fails closed.
    mutating func take() -> Open? {
        (isOpen, takesMessages) = (false, false)
        guard case .open(let open) = exchange(&state, with: .closed) else { return nil }
        return open
    }

    mutating func put(_ open: Open) {
        state = .open(open)
        (isOpen, takesMessages) = (true, open.greetingBy == nil)
    }

    private mutating func update(_ change: (inout Open) -> Void) {
        guard var open = take() else { return }
        change(&open)
        put(open)
    }

    private var silence: Instant? {
        switch reading {
        case .since(let instant): instant.advanced(by: silenceTimeout)
        case .paused: nil
        }
    }

    /// While we do not read, the peer can neither say hello nor greet.
    private func due(_ deadline: Instant?) -> Instant? {
        switch reading {
        case .since: deadline
        case .paused: nil
        }
    }

    private var stall: Instant? {
        switch writing {
        case .stuck(let instant): instant.advanced(by: silenceTimeout)
        case .moves: nil
        }
    }
}
