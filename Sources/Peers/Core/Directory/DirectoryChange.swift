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
}

/// One tracked peer, for people.
public struct DirectoryEntry: Hashable, Sendable {
    public let peer: PeerID
    public let role: PeerRole
    public let address: PeerAddress?
    /// Whether a block is in force.
    public let isBlocked: Bool
    /// The indices of the tracked sets that hold it, ascending.
    public let sets: [UInt64]
}
