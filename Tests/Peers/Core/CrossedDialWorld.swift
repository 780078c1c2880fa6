import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials

/// Two nodes over minutes of virtual time, with any number of connections: bytes take their time, connections
/// break with or without a word, nodes restart. ``CrossedDialModel`` tries every order of few events;
/// this one tries long histories at random.
struct CrossedDialWorld {
    enum Node: Equatable {
        case ours(CrossedDials)
        /// As commonware's: whatever comes in while anything holds the peer is refused.
        case refusing
    }

    private enum Event {
        case dialTurn(Int)
        case connected(Int)
        case frame(CrossedDialModel.Frame, to: Int, of: Int)
        case activation(Int, of: Int)
        /// A handshake or a silent link is given up.
        case patienceEnds(Int, of: Int)
        case fault
    }

    private struct End {
        var stage = CrossedDialModel.Stage.idle
        var ticket: ReservationTicket?
        var synTime = WallTime(milliseconds: 0)
        var heardAt = at(0)
        /// When the next frame to this end may arrive: bytes keep their order.
        var nextArrival = 0
    }

    private struct Connection {
        let dialer: Int
        var ends = [End(), End()]
        /// Cut on the way: nothing arrives any more, and nobody is told.
        var isDead = false
    }

    private let nodes: [Node]
    private let configuration: Configuration
    private var reservations: [Reservations]
    private var connections: [Connection] = []
    private var agenda: [(time: Int, order: Int, event: Event)] = []
    private var order = 0
    private var random: SplitMix64
    private let delayMax: Int
    private let skews: [Int]
    /// Until when faults happen, in milliseconds.
    private let calmAfter: Int

    private(set) var now = 0
    private(set) var dials = 0
    /// What broke, if anything: two links at one node.
    private(set) var isBroken = false

    /// `faults` are spread at random over the first `calmAfter` milliseconds.
    init(seed: UInt64, nodes: [Node], faults: Int, calmAfter: Int) throws {
        var random = SplitMix64(seed: seed)
        self.nodes = nodes
        configuration = try ConclaveTestTrials.configuration(.local)
        delayMax = [2, 40, 400, 1_500][Int.random(in: 0..<4, using: &random)]
        skews = [0, Int.random(in: -4_000...4_000, using: &random)]
        self.calmAfter = calmAfter
        self.random = random
        reservations = []
        for node in 0..<2 { reservations.append(fresh(node)) }
        for node in 0..<2 { plan(.dialTurn(node), in: Int.random(in: 0...20, using: &self.random)) }
        for _ in 0..<faults { plan(.fault, in: Int.random(in: 0...calmAfter, using: &self.random)) }
    }

    /// Lets everything happen up to then.
    mutating func run(until end: Int) {
        while let next = agenda.indices.min(by: { isEarlier($0, $1) }), agenda[next].time <= end {
            let (time, _, event) = agenda[next]
            agenda.swapAt(next, agenda.count - 1)
            agenda.removeLast()
            now = time
            happen(event)
            isBroken = isBroken || (0..<2).contains { links(at: $0).count > 1 }
        }
        now = end
    }

    /// The connections on which the node's end is a link.
    func links(at node: Int) -> [Int] {
        connections.indices.filter { connections[$0].ends[side(of: node, $0)].stage == .up }
    }

    /// Whether each node's one link is the same connection, and its reservations know of nothing else.
    var isSettled: Bool {
        guard let link = links(at: 0).first, links(at: 0) == links(at: 1), !connections[link].isDead else {
            return false
        }
        return (0..<2).allSatisfy { node in
            reservations[node].holder(of: peer(1 - node))
                == connections[link].ends[side(of: node, link)].ticket
        }
    }

    // MARK: Events

    private mutating func happen(_ event: Event) {
        switch event {
        case .dialTurn(let node): dial(node)
        case .connected(let connection): connected(connection)
        case .frame(let frame, let side, let connection): arrived(frame, side, connection)
        case .activation(let side, let connection): activate(side, connection)
        case .patienceEnds(let side, let connection): patienceEnds(side, connection)
        case .fault: fault()
        }
    }

    private mutating func dial(_ node: Int) {
        defer { planDial(node) }
        guard let ticket = try? reservations[node].dial(peer(1 - node), at: at(now), using: &random) else {
            return
        }
        dials += 1
        var connection = Connection(dialer: node)
        connection.ends[0].stage = .connecting
        connection.ends[0].ticket = ticket
        connections.append(connection)
        plan(.connected(connections.count - 1), in: delay())
        planPatience(connections.count - 1, 0)
    }

    /// When the cooldown is over; while something holds the peer, now and then.
    private mutating func planDial(_ node: Int) {
        let due = reservations[node].mayDial(peer(1 - node)).map { Int($0.nanoseconds / 1_000_000) }
        let pause = due.map { max(0, $0 - now) } ?? 500
        plan(.dialTurn(node), in: pause + Int.random(in: 1...100, using: &random))
    }

    private mutating func connected(_ index: Int) {
        guard connections[index].ends[0].stage == .connecting, let ticket = connections[index].ends[0].ticket
        else { return }
        let node = connections[index].dialer
        guard reservations[node].connected(ticket) == .stands else { return close(0, index) }
        connections[index].ends[0].stage = .shaking
        connections[index].ends[1].stage = .shaking
        planPatience(index, 1)
        send(.syn(wallTime(of: node)), to: 1, index)
    }

    private mutating func arrived(_ frame: CrossedDialModel.Frame, _ side: Int, _ index: Int) {
        let end = connections[index].ends[side], node = node(side, index)
        guard !connections[index].isDead, end.stage != .closed, end.stage != .idle else { return }
        switch frame {
        case .syn(let time):
            connections[index].ends[side].synTime = time
            connections[index].ends[side].heardAt = at(now)
            if nodes[node] == .refusing, reservations[node].holder(of: peer(1 - node)) != nil {
                return close(side, index)
            }
            send(.synAck(wallTime(of: node)), to: 0, index)
        case .synAck(let time):
            guard let ticket = end.ticket, reservations[node].dialProved(ticket, peerTime: time) == .stands
            else { return close(side, index) }
            connections[index].ends[side].stage = .starting
            plan(.activation(side, of: index), in: 1)
            send(.ack, to: 1, index)
        case .ack: proved(index, end)
        case .record:
            if end.stage == .up, let ticket = end.ticket { reservations[node].confirmed(ticket, at: at(now)) }
        case .close: close(side, index)
        }
    }

    private mutating func proved(_ index: Int, _ end: End) {
        let listener = 1 - connections[index].dialer,
            holder = reservations[listener].holder(of: peer(1 - listener))
        if nodes[listener] == .refusing, holder != nil { return close(1, index) }
        switch reservations[listener].inboundProved(
            peer(1 - listener), synTime: end.synTime, heardAt: end.heardAt, at: at(now))
        {
        case .admitted(let ticket, let ending):
            connections[index].ends[1].ticket = ticket
            connections[index].ends[1].stage = .starting
            plan(.activation(1, of: index), in: 1)
            if let ending { stop(ending, at: listener) }
        case .refused: close(1, index)
        }
    }

    private mutating func activate(_ side: Int, _ index: Int) {
        let end = connections[index].ends[side], node = node(side, index)
        guard end.stage == .starting, let ticket = end.ticket else { return }
        guard reservations[node].activated(ticket) == .stands else { return close(side, index) }
        connections[index].ends[side].stage = .up
        send(.record, to: 1 - side, index)
    }

    private mutating func patienceEnds(_ side: Int, _ index: Int) {
        if connections[index].ends[side].stage != .up || connections[index].isDead { close(side, index) }
    }

    /// Cuts the newest connection, or kills a node with all that it has; with a word or without one.
    private mutating func fault() {
        let isSilent = Bool.random(using: &random)
        guard Bool.random(using: &random) else {
            if let last = connections.indices.last { isSilent ? kill(last) : close(0, last) }
            return
        }
        let node = Int.random(in: 0..<2, using: &random)
        for index in connections.indices {
            if isSilent { kill(index) } else { close(side(of: node, index), index) }
            connections[index].ends[side(of: node, index)].stage = .closed
        }
        reservations[node] = fresh(node)
    }

    // MARK: Private

    /// Nothing gets through any more; who is up notices by silence.
    private mutating func kill(_ index: Int) {
        guard !connections[index].isDead else { return }
        connections[index].isDead = true
        let silence = Int(configuration.silenceTimeout.saturatingMilliseconds)
        for side in 0..<2 { plan(.patienceEnds(side, of: index), in: silence) }
    }

    private mutating func stop(_ ticket: ReservationTicket, at node: Int) {
        for index in connections.indices where connections[index].ends[side(of: node, index)].ticket == ticket
        {
            close(side(of: node, index), index)
        }
    }

    private mutating func close(_ side: Int, _ index: Int) {
        let end = connections[index].ends[side]
        guard end.stage != .closed else { return }
        connections[index].ends[side].stage = .closed
        if let ticket = end.ticket { reservations[node(side, index)].released(ticket) }
        send(.close, to: 1 - side, index)
    }

    private mutating func send(_ frame: CrossedDialModel.Frame, to side: Int, _ index: Int) {
        guard !connections[index].isDead else { return }
        let arrival = max(now + delay(), connections[index].ends[side].nextArrival)
        connections[index].ends[side].nextArrival = arrival
        plan(.frame(frame, to: side, of: index), in: arrival - now)
    }

    private mutating func planPatience(_ index: Int, _ side: Int) {
        let timeout = side == 0 ? configuration.dialTimeout : configuration.handshakeTimeout
        plan(.patienceEnds(side, of: index), in: Int(timeout.saturatingMilliseconds))
    }

    private mutating func plan(_ event: Event, in milliseconds: Int) {
        order += 1
        agenda.append((now + milliseconds, order, event))
    }

    private func isEarlier(_ left: Int, _ right: Int) -> Bool {
        (agenda[left].time, agenda[left].order) < (agenda[right].time, agenda[right].order)
    }

    private mutating func delay() -> Int { Int.random(in: 0...delayMax, using: &random) }

    private func fresh(_ node: Int) -> Reservations {
        let rule: CrossedDials = if case .ours(let rule) = nodes[node] { rule } else { .firstProved }
        return Reservations(own: peer(node), configuration: configuration, crossedDials: rule)
    }

    private func side(of node: Int, _ index: Int) -> Int { connections[index].dialer == node ? 0 : 1 }

    private func node(_ side: Int, _ index: Int) -> Int {
        side == 0 ? connections[index].dialer : 1 - connections[index].dialer
    }

    private func wallTime(of node: Int) -> WallTime {
        WallTime(milliseconds: UInt64(1_000_000_000 + now + skews[node]))
    }
}
