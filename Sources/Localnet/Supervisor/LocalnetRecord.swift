public import ConclaveChainApplication
public import ConclaveCryptography
public import ConclavePeersCore
public import ConclavePrimitives

/// A localnet as its supervisor sees it: the states of the validators, the books of their heartbeats, and
/// what became of it all.
public struct LocalnetRecord: Sendable {
    private let peers: [PeerID]
    private let begunAt: Instant
    private var machine: SupervisionMachine
    private var books: DeliveryBooks
    private var chain: ChainBook
    /// Taken when the validators are let go: what they say after that is only their farewell.
    private var lastView: View?
    private var stopAskedAt: Instant?

    private struct View {
        let connected: Int
        let isWhole: Bool
        let chain: ChainOutcome
    }

    /// - Parameters:
    ///   - peers: the validators' keys, in the order of their indexes.
    ///   - liars: so many of the last ones are not listened to about the chain.
    ///   - patience: the longest time without a block that is still going on.
    public init(peers: [PeerID], liars: Int = 0, patience: Duration = .seconds(5), at now: Instant) {
        chain = ChainBook(honest: peers.count - liars, patience: patience)
        self.peers = peers
        begunAt = now
        machine = SupervisionMachine(validators: peers.count)
        books = DeliveryBooks(validators: peers.count)
    }

    public var validators: [ValidatorState] { machine.validators }

    /// What to do at first.
    public func begin() -> [SupervisionMachine.Action] { machine.begin() }

    /// Takes one event and says what to do now, in order.
    public mutating func on(_ event: SupervisionMachine.Event, at now: Instant) -> [SupervisionMachine.Action]
    {
        guard lastView == nil else { return machine.on(event, at: now) }
        switch event {
        case .ended(let index, _):
            if let life = validators[index].incarnation { books.cutOff(index, life: life) }
        case .said(let index, .status(let status)):
            record(status, of: index)
            chain.said(index, status.chain, at: now)
        case .said(_, .chain(let news)): chain.happened(news)
        case .stopAsked: stopAskedAt = stopAskedAt ?? now
        case .said, .started, .startFailed, .woke, .killAsked: break
        }
        let actions = machine.on(event, at: now)
        if machine.isLettingGo { lastView = view(at: now) }
        return actions
    }

    /// Whether nobody has told it yet.
    public func isNew(_ news: ChainNews) -> Bool { chain.isNew(news) }

    /// The sum of it, as of the moment when the validators were let go, or of now.
    public func outcome(at now: Instant) -> LocalnetOutcome {
        let last = lastView ?? view(at: now)
        return LocalnetOutcome(
            validators: peers.count, connected: last.connected, delivered: books.delivered,
            undelivered: books.undelivered, restarts: validators.reduce(0) { $0 + $1.restarts },
            seconds: begunAt.duration(to: stopAskedAt ?? now).inSeconds, isWhole: last.isWhole,
            chain: last.chain)
    }

    private mutating func record(_ status: ValidatorStatus, of index: Int) {
        guard let life = validators[index].incarnation else { return }
        for figures in status.peers {
            guard let peer = peers.firstIndex(of: figures.peer), let peerLife = figures.incarnation else {
                continue
            }
            books.record(
                .init(
                    reporter: index, reporterLife: life, peer: peer, peerLife: peerLife,
                    accepted: figures.accepted,
                    heard: figures.heard, missing: figures.missing))
        }
    }

    private func view(at now: Instant) -> View {
        let pairs = peers.indices.flatMap { from in
            peers.indices.compactMap { to in from == to ? nil : pair(from, to) }
        }
        let isWhole = pairs.allSatisfy { $0.isConnected && $0.hasHeard || !$0.isExpected }
        return View(
            connected: pairs.count(where: \.isConnected), isWhole: isWhole, chain: chain.outcome(at: now))
    }

    /// Whether the present life of one validator is connected to another, and has heard the other's present
    /// life.
    private func pair(
        _ index: Int, _ other: Int
    ) -> (isConnected: Bool, hasHeard: Bool, isExpected: Bool) {
        let isExpected = isMember(index) && isMember(other)
        guard validators[index].isReady, let life = validators[other].incarnation,
            let figures = validators[index].status?.peers.first(where: { $0.peer == peers[other] })
        else { return (false, false, isExpected) }
        return (figures.isConnected, figures.incarnation == life && figures.heard > 0, isExpected)
    }

    /// Whether a validator is one in the running epoch, or nobody knows.
    private func isMember(_ index: Int) -> Bool {
        validators[index].status.map { $0.chain.stake != nil } ?? true
    }
}
