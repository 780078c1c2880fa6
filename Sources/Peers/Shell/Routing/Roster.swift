import ConclavePeersCore
import ConclavePrimitives

/// Who is tracked, for senders that miss a recipient, and how often they missed each. The Tracker alone
/// changes who is in it.
final class Roster: Sendable {
    private struct State {
        /// In ascending order.
        var peers: [PeerID] = []
        /// By place in `peers`, messages that found no link.
        var missed: [UInt64] = []

        func place(of peer: PeerID) -> Int? { peers.ascendingPlace(of: peer) }
    }

    private let state = Lock(State())

    /// `tracked` is in ascending order. Who is not in it any more is forgotten.
    func replace(with tracked: [PeerID]) {
        state.withLock { state in
            let missed = tracked.map { peer in state.place(of: peer).map { state.missed[$0] } ?? 0 }
            state = State(peers: tracked, missed: missed)
        }
    }

    var count: Int { state.withLock { $0.peers.count } }

    func holds(_ peer: PeerID) -> Bool { state.withLock { $0.place(of: peer) != nil } }

    /// A message found no link to `peer`. Returns whether it is known at all; only then it is counted here.
    func miss(_ peer: PeerID) -> Bool {
        state.withLock { state in
            guard let place = state.place(of: peer) else { return false }
            state.missed[place] &+= 1
            return true
        }
    }

    /// How many messages found no link, by peer; who missed none is left out.
    var missed: SortedArray<PeerID, UInt64> {
        let state = state.withLock { $0 }
        var missed = SortedArray<PeerID, UInt64>()
        for (peer, count) in zip(state.peers, state.missed) where count > 0 { missed[peer] = count }
        return missed
    }
}
