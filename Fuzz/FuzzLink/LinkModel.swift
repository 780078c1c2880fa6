internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTestTrials
internal import ConclaveTransport

/// What must come of the events of one link, from all that has happened to it. Milliseconds.
struct LinkModel {
    typealias Action = LinkMachine.Action

    private enum Mark: Hashable {
        case heard, paused, resumed, blocked, progressed, drained
        case beat, hello, greeting, opened, spoke
    }

    private let kind: LinkKind
    private let start: Int
    /// Everything, the newest last.
    private var history: [(time: Int, mark: Mark)] = []
    /// When something of a kind that is limited was let through.
    private var beats: [Int] = [], answers: [Int] = [], pongs: [Int] = []
    private var owedPong: (number: UInt64, dueAt: Int)?
    private(set) var ping: (number: UInt64, sentAt: Int)?
    private(set) var roundTrip: Int?
    private(set) var hasEnded = false

    init(_ kind: LinkKind, at start: Int) {
        self.kind = kind
        self.start = start
    }

    var hasHello: Bool { has(.hello) }
    var takesMessages: Bool { !hasEnded && (!kind.isDiscovery || has(.greeting)) }

    private func has(_ mark: Mark) -> Bool { history.contains { $0.mark == mark } }

    private func last(_ marks: Mark...) -> (time: Int, mark: Mark)? {
        history.last { marks.contains($0.mark) }
    }

    private mutating func note(_ mark: Mark, _ now: Int) { history.append((now, mark)) }

    mutating func pinged(_ number: UInt64, at now: Int) {
        if !hasEnded { ping = (number, now) }
    }

    // MARK: Deadlines

    private var isReading: Bool { last(.paused, .resumed)?.mark != .paused }

    /// The last byte, or since when we read.
    private var silentBy: Int? {
        isReading ? (last(.heard, .resumed)?.time ?? start) + kind.silence : nil
    }

    /// Since the write that was the first not to be taken whole, or the last that got on.
    private var stalledBy: Int? {
        let since = history.lastIndex { $0.mark == .drained }.map { $0 + 1 } ?? 0
        let writes = history[since...].filter { $0.mark == .blocked || $0.mark == .progressed }
        // Before it is stuck nothing gets on.
        guard let first = writes.firstIndex(where: { $0.mark == .blocked }) else { return nil }
        return (writes[first...].last { $0.mark == .progressed } ?? writes[first]).time + kind.silence
    }

    private var helloBy: Int? { kind.wire == .native && !has(.hello) ? firstWordsBy : nil }
    private var greetingBy: Int? { kind.isDiscovery && !has(.greeting) ? firstWordsBy : nil }
    private var firstWordsBy: Int? {
        isReading ? (last(.resumed)?.time ?? start) + kind.patience : nil
    }

    /// Where nothing else says that the other side is committed.
    private var opensAt: Int? {
        guard !kind.isDiscovery, kind.wire == .commonware, !has(.opened) else { return nil }
        return start + (kind.direction == .accepted ? 0 : min(1_000, kind.silence))
    }

    private var beatAt: Int { last(.beat).map { $0.time + kind.beat } ?? start }

    /// When something is due that nothing but an alarm brings about.
    var wakeBy: Int {
        [silentBy, stalledBy, helloBy, greetingBy, opensAt, owedPong?.dueAt].compactMap { $0 }
            .reduce(beatAt, min)
    }

    // MARK: Events

    mutating func expected(of event: LinkEvent, at now: Int) -> [Action] {
        guard !hasEnded else { return [] }
        switch event {
        case .woke: return woke(now)
        case .heard: note(.heard, now)
        case .record: return opensAt == nil ? [] : opened(now)
        case .plainPing: return Self.taken(&beats, now, kind).map { [slowly($0)] } ?? []
        case .hello:
            note(.hello, now)
            return (kind.isDiscovery ? [] : opened(now)) + [.sendPing]
        case .ping(let number): return pinged(by: number, now)
        case .pong(let number): return ponged(number, now)
        case .greeting(let record, let time, let fault): return greeted(record, time, fault, now)
        case .gossip(let gossip): return gossiped(gossip, now)
        case .paused: note(.paused, now)
        case .resumed:
            note(.resumed, now)
            return helloBy == nil && greetingBy == nil ? [] : [.wake(at: at(wakeBy))]
        case .blocked: note(.blocked, now)
        case .progressed: note(.progressed, now)
        case .drained: note(.drained, now)
        case .ended(let reason): return end(reason)
        }
        return []
    }

    private mutating func end(_ reason: CloseReason) -> [Action] {
        hasEnded = true
        return [.close(reason)]
    }

    private mutating func opened(_ now: Int) -> [Action] {
        note(.opened, now)
        return [.opened]
    }

    private func slowly(_ until: Int) -> Action { .readSlowly(until: at(until)) }

    /// The first is free, then one per half period. Until when one that is too early has to wait.
    private static func taken(_ times: inout [Int], _ now: Int, _ kind: LinkKind) -> Int? {
        if times.count >= 2, let last = times.last, now < last + kind.halfPeriod {
            return last + kind.halfPeriod
        }
        times.append(now)
        return nil
    }

    private mutating func pinged(by number: UInt64, _ now: Int) -> [Action] {
        guard let until = Self.taken(&pongs, now, kind) else {
            owedPong = nil
            return [.sendPong(number)]
        }
        owedPong = (number, until)
        return [slowly(until), .wake(at: at(wakeBy))]
    }

    private mutating func ponged(_ number: UInt64, _ now: Int) -> [Action] {
        guard let asked = ping, asked.number == number else { return end(.protocolError(.outOfTurn)) }
        ping = nil
        roundTrip = now - asked.sentAt
        return []
    }

    private mutating func greeted(
        _ record: AddressRecord, _ time: WallTime, _ fault: PeerFault?, _ now: Int
    ) -> [Action] {
        guard !has(.greeting) else { return end(.protocolError(.outOfTurn)) }
        if let fault { return end(.protocolError(fault)) }
        note(.greeting, now)
        guard let known = Greetings.known?.believed(record, at: time) else { return [] }
        return [.learn(known)] + opened(now)
    }

    private mutating func gossiped(_ gossip: LinkMachine.Gossip, _ now: Int) -> [Action] {
        guard has(.greeting) else { return end(.protocolError(.outOfTurn)) }
        let until =
            switch gossip {
            case .vector: Self.taken(&beats, now, kind)
            case .peers: Self.taken(&answers, now, kind)
            }
        return [until.map { slowly($0) } ?? .take]
    }

    private mutating func woke(_ now: Int) -> [Action] {
        let ends: [(by: Int?, reason: CloseReason)] = [
            (silentBy, .silent), (stalledBy, .writeStalled), (helloBy, .protocolError(.noHello)),
            (greetingBy, .protocolError(.noGreeting)),
        ]
        for (by, reason) in ends {
            if let by, by <= now { return end(reason) }
        }
        var actions: [Action] = []
        if !has(.spoke), kind.wire == .native { actions.append(.sendHello) }
        if let opensAt, opensAt <= now { actions += opened(now) }
        if !has(.spoke), kind.isDiscovery { actions.append(.sendGreeting) }
        note(.spoke, now)
        if beatAt <= now {
            note(.beat, now)
            if stalledBy == nil { actions += signsOfLife }
        }
        if let owed = owedPong, owed.dueAt <= now {
            owedPong = nil
            _ = Self.taken(&pongs, now, kind)
            actions.append(.sendPong(owed.number))
        }
        return actions + [.wake(at: at(wakeBy))]
    }

    private var signsOfLife: [Action] {
        switch (kind.wire, kind.isDiscovery) {
        case (.commonware, false): [.sendPing]
        case (.commonware, true): [.sendVector]
        case (.native, false): !has(.hello) ? [] : [ping == nil ? .sendPing : .sendPadding]
        case (.native, true): [.sendVector] + (has(.hello) && ping == nil ? [.sendPing] : [])
        }
    }
}
