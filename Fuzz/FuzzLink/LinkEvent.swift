internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTransport

/// What happens to a link. Who does it is no matter of the link's.
enum LinkEvent {
    case woke
    case heard, record
    case plainPing
    case hello, ping(UInt64), pong(UInt64)
    case greeting(AddressRecord, WallTime, PeerFault?)
    case gossip(LinkMachine.Gossip)
    case paused, resumed
    case blocked, progressed, drained
    case ended(CloseReason)

    /// Lets it happen. What the link answers, without what is nothing.
    func happen(to machine: inout LinkMachine, at now: Instant) -> [LinkMachine.Action] {
        let actions: [LinkMachine.Action]
        switch self {
        case .woke: actions = machine.woke(at: now)
        case .heard:
            machine.heard(at: now)
            actions = []
        case .record: actions = [machine.recordReceived()]
        case .plainPing: actions = [machine.pingReceived(at: now)]
        case .hello: actions = machine.helloReceived()
        case .ping(let number): actions = machine.pingReceived(number, at: now)
        case .pong(let number): actions = [machine.pongReceived(number, at: now)]
        case .greeting(let record, let time, _): actions = machine.greetingReceived(record, at: time)
        case .gossip(let kind): actions = [machine.received(kind, at: now)]
        case .paused:
            machine.readingPaused()
            actions = []
        case .resumed: actions = [machine.readingResumed(at: now)]
        case .blocked:
            machine.writeBlocked(at: now)
            actions = []
        case .progressed:
            machine.writeProgressed(at: now)
            actions = []
        case .drained:
            machine.writeDrained()
            actions = []
        case .ended(let reason): actions = [machine.ended(reason)]
        }
        return actions.filter { $0 != .none }
    }

    /// One that can come on a link of this kind. What the reader of records keeps away does not.
    static func draw(_ choices: inout Choices, on kind: LinkKind, _ model: LinkModel) throws(Finding)
        -> LinkEvent
    {
        switch choices.number(below: 20) {
        case 0, 1, 2: return .heard
        case 3: return .record
        case 4, 5: return .paused
        case 6, 7: return .resumed
        case 8: return .blocked
        case 9: return .progressed
        case 10: return .drained
        case 11:
            return .ended(choices.element(of: [.endOfStream, .reset, .shutdown, .goodbye(.replaced)]))
        case 12: return .woke
        case 13...14 where kind.isDiscovery:
            return .gossip(choices.element(of: LinkMachine.Gossip.allCases))
        case 15...16 where kind.isDiscovery:
            guard let known = Greetings.known else { throw Finding("no greeting can be signed") }
            let (record, now, fault) = known.draw(&choices)
            return .greeting(record, now, fault)
        default: return native(&choices, on: kind, model)
        }
    }

    private static func native(
        _ choices: inout Choices, on kind: LinkKind, _ model: LinkModel
    ) -> LinkEvent {
        guard kind.wire == .native else { return kind.isDiscovery ? .heard : .plainPing }
        guard model.hasHello else { return .hello }
        if choices.once(in: 3) {
            return .pong(choices.once(in: 8) ? UInt64(choices.byte()) : model.ping?.number ?? 0)
        }
        return .ping(UInt64(choices.byte()))
    }
}
