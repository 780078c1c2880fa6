import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials

/// Two nodes and the two connections that they dial to each other, small enough to try every order of events.
///
/// Each direction of a connection is a queue; connections know nothing of each other. A node does what the
/// shell does: it asks its reservations and obeys.
struct CrossedDialModel: Hashable {
    enum Event: Hashable {
        /// The node dials the other.
        case dial(Int)
        /// TCP is through on the connection that the node dialled.
        case connect(Int)
        case deliver(to: Side, of: Int)
        /// A link under reservation starts to run.
        case activate(Side, of: Int)
        /// The connection that the node dialled is cut: what is under way on it is lost.
        case cut(Int)
    }

    enum Side: Int, Hashable, CaseIterable { case dialer, listener }

    enum Frame: Hashable { case syn(WallTime), synAck(WallTime), ack, record, close }

    enum Stage: Hashable { case idle, connecting, shaking, starting, up, closed }

    struct End: Hashable {
        var stage = Stage.idle
        var ticket: ReservationTicket?
        var synTime = WallTime(milliseconds: 0)
        /// By the clock of the node that heard it.
        var heardAt = at(0)
        /// What is on its way to this end.
        var inbox: [Frame] = []
    }

    /// `reservations[node]`; node 0 has the smaller key.
    var reservations: [Reservations]
    /// `ends[dialer][side]`; the connection is named after the node that dialled it.
    var ends = [[End]](repeating: [End(), End()], count: 2)
    var dialsLeft: [Int] = [1, 1]
    var cutsLeft = 0
    var now = at(0)
    /// What each node's clock says beyond that; moves only when the order of two events counts.
    private var moments = [0, 0]
    /// How far each node's wall clock is from the true time, in milliseconds.
    let skews: [Int]
    private var ticks = 0

    init(rules: [CrossedDials], skews: [Int], cuts: Int) throws {
        let configuration = try configuration(.production)
        reservations = (0..<2).map { node in
            Reservations(own: peer(node), configuration: configuration, crossedDials: rules[node])
        }
        self.skews = skews
        cutsLeft = cuts
    }

    // MARK: Events

    /// Everything that can happen next.
    var events: [Event] {
        var events: [Event] = []
        for dialer in 0..<2 {
            if dialsLeft[dialer] > 0, ends[dialer][0].stage == .idle { events.append(.dial(dialer)) }
            if ends[dialer][0].stage == .connecting { events.append(.connect(dialer)) }
            for side in Side.allCases {
                if !ends[dialer][side.rawValue].inbox.isEmpty {
                    events.append(.deliver(to: side, of: dialer))
                }
                if ends[dialer][side.rawValue].stage == .starting {
                    events.append(.activate(side, of: dialer))
                }
            }
            if cutsLeft > 0, isConnected(dialer) { events.append(.cut(dialer)) }
        }
        return events
    }

    mutating func happen(_ event: Event) {
        switch event {
        case .dial(let dialer): dial(dialer)
        case .connect(let dialer): connected(dialer)
        case .deliver(let side, let dialer): deliver(side, dialer)
        case .activate(let side, let dialer): activate(side, dialer)
        case .cut(let dialer): cut(dialer)
        }
    }

    /// Forgets the connections, which must be over, and lets one node dial again after both cooldowns.
    mutating func retry(by dialer: Int) {
        ends = [[End]](repeating: [End(), End()], count: 2)
        now = now.advanced(by: .seconds(60))
        dialsLeft = [0, 0]
        dialsLeft[dialer] = 1
    }

    // MARK: Questions

    /// The connections on which both ends are links.
    var links: [Int] { (0..<2).filter { dialer in ends[dialer].allSatisfy { $0.stage == .up } } }

    /// The connections on which the node's own end is a link.
    func links(at node: Int) -> [Int] {
        (0..<2).filter { dialer in ends[dialer][side(of: node, dialer).rawValue].stage == .up }
    }

    // MARK: Private

    private func side(of node: Int, _ dialer: Int) -> Side { node == dialer ? .dialer : .listener }

    private func node(_ side: Side, _ dialer: Int) -> Int { side == .dialer ? dialer : 1 - dialer }

    private func isConnected(_ dialer: Int) -> Bool {
        ends[dialer].contains { [.shaking, .starting, .up].contains($0.stage) }
    }

    private mutating func dial(_ dialer: Int) {
        dialsLeft[dialer] -= 1
        var random = SplitMix64(seed: 1)
        let ticket = try? reservations[dialer].dial(peer(1 - dialer), at: now, using: &random)
        ends[dialer][0].stage = ticket == nil ? .closed : .connecting
        ends[dialer][0].ticket = ticket
    }

    private mutating func connected(_ dialer: Int) {
        guard let ticket = ends[dialer][0].ticket else { return }
        guard reservations[dialer].connected(ticket) == .stands else { return close(.dialer, dialer) }
        ends[dialer][0].stage = .shaking
        ends[dialer][1].stage = .shaking
        send(.syn(wallTime(of: dialer)), to: .listener, dialer)
    }

    private mutating func deliver(_ side: Side, _ dialer: Int) {
        let frame = ends[dialer][side.rawValue].inbox.removeFirst()
        let end = ends[dialer][side.rawValue]
        guard end.stage != .closed else { return }
        switch frame {
        case .syn(let time):
            ends[dialer][side.rawValue].synTime = time
            ends[dialer][side.rawValue].heardAt = moment(at: node(side, dialer))
            send(.synAck(wallTime(of: node(side, dialer))), to: .dialer, dialer)
        case .synAck(let time):
            guard let ticket = end.ticket,
                reservations[dialer].dialProved(ticket, peerTime: time) == .stands
            else { return close(side, dialer) }
            ends[dialer][side.rawValue].stage = .starting
            send(.ack, to: .listener, dialer)
        case .ack:
            proved(dialer, end)
        case .record:
            if end.stage == .up, let ticket = end.ticket {
                reservations[node(side, dialer)].confirmed(ticket, at: moment(at: node(side, dialer)))
            }
        case .close:
            close(side, dialer)
        }
    }

    private mutating func proved(_ dialer: Int, _ end: End) {
        let listener = 1 - dialer
        switch reservations[listener].inboundProved(
            peer(dialer), synTime: end.synTime, heardAt: end.heardAt, at: now)
        {
        case .admitted(let ticket, let ending):
            ends[dialer][1].ticket = ticket
            ends[dialer][1].stage = .starting
            if let ending { stop(ending, at: listener) }
        case .refused:
            close(.listener, dialer)
        }
    }

    private mutating func activate(_ side: Side, _ dialer: Int) {
        let node = node(side, dialer)
        guard let ticket = ends[dialer][side.rawValue].ticket,
            reservations[node].activated(ticket) == .stands
        else { return close(side, dialer) }
        ends[dialer][side.rawValue].stage = .up
        send(.record, to: side == .dialer ? .listener : .dialer, dialer)
    }

    private mutating func cut(_ dialer: Int) {
        cutsLeft -= 1
        for side in Side.allCases { ends[dialer][side.rawValue].inbox = [.close] }
    }

    private mutating func stop(_ ticket: ReservationTicket, at node: Int) {
        for dialer in 0..<2 {
            let side = side(of: node, dialer)
            if ends[dialer][side.rawValue].ticket == ticket { close(side, dialer) }
        }
    }

    private mutating func close(_ side: Side, _ dialer: Int) {
        let end = ends[dialer][side.rawValue]
        guard end.stage != .closed else { return }
        ends[dialer][side.rawValue].stage = .closed
        ends[dialer][side.rawValue].inbox = []
        if let ticket = end.ticket { reservations[node(side, dialer)].released(ticket) }
        let other = side == .dialer ? Side.listener : .dialer
        if ends[dialer][other.rawValue].stage != .idle { send(.close, to: other, dialer) }
    }

    private mutating func send(_ frame: Frame, to side: Side, _ dialer: Int) {
        ends[dialer][side.rawValue].inbox.append(frame)
    }

    private mutating func moment(at node: Int) -> Instant {
        moments[node] += 1
        return now.advanced(by: .nanoseconds(moments[node]))
    }

    private mutating func wallTime(of node: Int) -> WallTime {
        ticks += 1
        return WallTime(milliseconds: UInt64(1_000_000 + skews[node] + ticks))
    }
}
