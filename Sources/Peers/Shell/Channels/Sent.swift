public import ConclavePeersCore

/// What became of one message, recipient by recipient.
public struct Sent: Sendable {
    /// How many peers it was accepted for.
    public internal(set) var acceptedCount = 0
    /// Whom it was not accepted for, and why; usually empty.
    public internal(set) var refused: [(peer: PeerID, reason: Refusal)] = []
    /// Everyone it was meant for: kept as they are, so that a broadcast allocates nothing here.
    let recipients: RecipientList

    init(recipients: RecipientList) {
        self.recipients = recipients
    }

    /// The peers it was accepted for, in ascending order.
    public var accepted: [PeerID] {
        let refusedPeers = refused.map(\.peer)
        return recipients.peers.filter { !refusedPeers.contains($0) }
    }
}

/// The recipients of a message as the sender knew them.
enum RecipientList: Sendable {
    case one(PeerID)
    case table(RouteTable, except: PeerID?)
    case some([PeerID])

    var peers: [PeerID] {
        switch self {
        case .one(let peer): [peer]
        case .table(let table, let except): table.routes.map(\.peer).filter { $0 != except }
        case .some(let peers): peers
        }
    }
}
