internal import ConclaveCryptography
internal import ConclavePrimitives

/// Questions that are open: each goes to a few peers, and after ``ConsensusConfiguration/delta`` × 2 without
/// an answer to the next ones. Time drives it and not traffic, so that silence cannot end it.
struct AskBook: Sendable {
    private struct Open: Sendable {
        let ask: Ask
        var dueAt: Instant
        /// Where in the list of peers the next ones are.
        var turn: Int
        /// Whether it was still wanted when it was last looked at.
        var isWanted: Bool
        /// How often somebody was asked, and how many peers were together.
        var rounds = 0
        var asked = 0
    }

    /// A few at a time: the lowest gaps, a block or two, the way down to the last delivered block.
    private var open: [Open] = []
    private let patience: Duration
    static let roundsInVain = 32

    init(patience: Duration) { self.patience = patience }

    /// Peers to ask now; none while an earlier question is not overdue.
    ///
    /// - Parameters:
    ///   - first: whom to ask before all others, the first time; one who is there.
    ///   - peers: who is there and may have the answer.
    mutating func peers(
        for ask: Ask, first: PublicKey?, atOnce: Int, among peers: [PublicKey], at now: Instant
    ) -> [PublicKey] {
        guard !peers.isEmpty else { return [] }
        let place = place(of: ask, count: peers.count)
        open[place].isWanted = true
        guard open[place].dueAt <= now else { return [] }
        open[place].dueAt = now.advanced(by: patience)
        let isFirstTime = open[place].turn < 0
        if isFirstTime { open[place].turn = Self.start(of: ask, count: peers.count) }
        var chosen: [PublicKey] = []
        if isFirstTime, let first { chosen.append(first) }
        for _ in 0..<peers.count where chosen.count < atOnce {
            let peer = peers[open[place].turn % peers.count]
            open[place].turn = (open[place].turn + 1) % peers.count
            if !chosen.contains(peer) { chosen.append(peer) }
        }
        open[place].rounds += 1
        open[place].asked += chosen.count
        return chosen
    }

    var count: Int { open.count }

    /// Whether so many peers have been asked often enough to know that none of them will answer: each twice,
    /// and over ``roundsInVain`` pauses, which no stall of a machine lasts.
    func isInVain(_ ask: Ask, among count: Int) -> Bool {
        guard let open = open.first(where: { $0.ask == ask }) else { return false }
        return open.rounds > Self.roundsInVain && open.asked >= 2 * count
    }

    func isOpen(_ ask: Ask) -> Bool { open.contains { $0.ask == ask } }

    /// Forgets those that nobody wanted since the last time.
    mutating func sweep() {
        open.removeAll { !$0.isWanted }
        for place in open.indices { open[place].isWanted = false }
    }

    /// When the next one is overdue.
    var nextDue: Instant { open.reduce(.distantFuture) { min($0, $1.dueAt) } }

    private mutating func place(of ask: Ask, count: Int) -> Int {
        if let place = open.firstIndex(where: { $0.ask == ask }) { return place }
        open.append(Open(ask: ask, dueAt: Instant(nanoseconds: 0), turn: -1, isWanted: true))
        return open.count - 1
    }

    /// Different questions begin with different peers, the same on every run.
    private static func start(of ask: Ask, count: Int) -> Int {
        let mixed: UInt64 =
            switch ask {
            case .certificate(let epoch, let view, _): epoch.number &+ view.number
            case .closing(let epoch): epoch.number
            case .block(let digest), .ancestry(let digest, _): digest.firstWord
            }
        return Int(mixed % UInt64(count))
    }
}
