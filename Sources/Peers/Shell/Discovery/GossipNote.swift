import ConclavePeersCore
import ConclaveTransport

/// What a link in discovery has for the Tracker, told without waiting for it.
enum GossipNote: Sendable {
    /// It is time to say whom we know.
    case vectorDue(Link)
    /// The peer's greeting, verified.
    case learned(BelievedRecord, from: Link)
    case vector(BitVector, from: Link)
    case peers(PeerList, from: Link)

    var link: Link {
        switch self {
        case .vectorDue(let link), .learned(_, let link), .vector(_, let link), .peers(_, let link): link
        }
    }

    /// Links let one vector and one list through per half period, so this is two turns of 1,024 peers at
    /// once. Each holds at most 12 KiB in the standard profiles. What is refused comes again next period.
    static let capacity = 4_096
}
