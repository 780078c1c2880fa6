internal import ConclaveConsensusCore
internal import ConclavePeers
internal import ConclavePeersCore

/// Which validators the network must know: those that decide, those that will, and, until a quorum has
/// crossed, those that did.
struct PeerSets: Sendable {
    private(set) var current: (epoch: Epoch, members: [PeerSet.Member])?
    private var former: [PeerSet.Member] = []
    private var next: [PeerSet.Member] = []

    mutating func enter(_ epoch: Epoch, _ members: [PeerSet.Member]) {
        former = current?.members ?? []
        current = (epoch, members)
        next = []
    }

    mutating func announced(_ members: [PeerSet.Member]) { next = members }

    var isNextKnown: Bool { !next.isEmpty }

    mutating func crossed() { former = [] }

    /// Members are elsewhere now.
    mutating func move(_ addresses: [(PeerID, PeerAddress)]) {
        func moved(_ members: [PeerSet.Member]) -> [PeerSet.Member] {
            members.map { member in
                guard let address = addresses.last(where: { $0.0 == member.peer })?.1 else { return member }
                return PeerSet.Member(member.peer, at: address, weight: member.weight)
            }
        }
        current = current.map { ($0.epoch, moved($0.members)) }
        (former, next) = (moved(former), moved(next))
    }

    /// The set to track now. Whoever decides is primary, all others secondary.
    var set: PeerSet? {
        guard let current else { return nil }
        var known = Set(current.members.map(\.peer)), others: [PeerSet.Member] = []
        for member in next + former where known.insert(member.peer).inserted { others.append(member) }
        return try? PeerSet(primary: current.members, secondary: others)
    }
}
