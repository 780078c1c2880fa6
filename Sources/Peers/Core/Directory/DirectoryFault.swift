/// A peer set that cannot be tracked. Nothing has changed.
public enum DirectoryFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The index is not above the newest one.
    case indexNotIncreasing(given: UInt64, newest: UInt64)
    /// More peers than ``Profile/maxPeersPerSet``.
    case tooManyPeers(given: Int, allowed: Int)
    /// Lookup mode cannot find a peer whose address the set does not tell.
    case addressMissing(PeerID)
    /// A key stands twice in one list.
    case listedTwice(PeerID)

    public var description: String {
        switch self {
        case .indexNotIncreasing(let given, let newest): "index \(given) is not above the newest, \(newest)"
        case .tooManyPeers(let given, let allowed): "\(given) peers in one set; allowed are \(allowed)"
        case .addressMissing(let peer): "peer \(peer) has no address"
        case .listedTwice(let peer): "peer \(peer) is listed twice"
        }
    }
}
