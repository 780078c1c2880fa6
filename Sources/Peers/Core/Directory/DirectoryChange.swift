public import ConclaveCodec

/// Whose connections an update of the directory ends. In ascending order; nobody stands in both lists.
package struct DirectoryChange: Hashable, Sendable {
    /// Who was authorised before and is not now.
    package var lostAuthorisation: [PeerID]
    /// Who stays authorised, but is somewhere else now.
    package var changedAddress: [PeerID]

    package init(lostAuthorisation: [PeerID] = [], changedAddress: [PeerID] = []) {
        self.lostAuthorisation = lostAuthorisation
        self.changedAddress = changedAddress
    }

    package static let nothing = DirectoryChange()
}

/// What a peer is in the sets that are tracked.
public enum PeerRole: String, Hashable, Sendable, CaseIterable {
    /// Primary in at least one tracked set.
    case primary
    case secondary
    /// In no tracked set, but authorised all the same: others are found through it.
    case bootstrapper
}

/// One tracked peer, for people.
public struct DirectoryEntry: Hashable, Sendable {
    public let peer: PeerID
    public let role: PeerRole
    /// As the engine told it; nil in discovery.
    public let address: PeerAddress?
    /// Where it would be dialled now, as far as that is known.
    public let ingress: Ingress?
    /// Its weight as a primary member of the newest set; 0 for any other.
    public let weight: UInt64
    /// Whether a block is in force.
    public let isBlocked: Bool
    /// The indices of the tracked sets that hold it, ascending.
    public let sets: [UInt64]
}
