/// Peers that the engine authorises together, usually those of one epoch.
public struct PeerSet: Hashable, Sendable {
    /// One peer of a set.
    public struct Member: Hashable, Sendable {
        public let peer: PeerID
        /// Where it is; required in lookup mode, not looked at in discovery.
        public let address: PeerAddress?
        /// Its share in the consensus, in any unit; how much of it may be blocked is bounded by this.
        public let weight: UInt64

        public init(_ peer: PeerID, at address: PeerAddress?, weight: UInt64 = 1) {
            self.peer = peer
            self.address = address
            self.weight = weight
        }
    }

    /// Those that drive consensus, in ascending order of their keys. They are dialled.
    public let primary: [Member]
    /// Those that follow, in ascending order. They are accepted and hear broadcasts, but are never dialled.
    public let secondary: [Member]

    /// A peer in both lists is primary.
    ///
    /// - Throws: ``DirectoryFault/listedTwice(_:)`` if one list holds a key more than once.
    public init(primary: [Member], secondary: [Member] = []) throws(DirectoryFault) {
        self.primary = try Self.sorted(primary)
        let others = try Self.sorted(secondary)
        let drives = Set(primary.map(\.peer))
        self.secondary = others.filter { !drives.contains($0.peer) }
    }

    /// A set in discovery mode, where peers themselves say where they are.
    public init(keys primary: [PeerID], secondary: [PeerID] = []) throws(DirectoryFault) {
        try self.init(
            primary: primary.map { Member($0, at: nil) }, secondary: secondary.map { Member($0, at: nil) })
    }

    /// Peers in both lists together.
    public var count: Int { primary.count + secondary.count }

    /// Primary members, then secondary ones.
    package var members: [Member] { primary + secondary }

    /// The weight of all primary members; stops at `UInt64.max`.
    package var totalWeight: UInt64 { primary.reduce(0) { $0.addingClamped($1.weight) } }

    /// The weight that `peer` has as a primary member; 0 for any other.
    package func weight(of peer: PeerID) -> UInt64 {
        var low = 0, high = primary.count
        while low < high {
            let middle = low + (high - low) / 2
            if primary[middle].peer < peer { low = middle + 1 } else { high = middle }
        }
        return low < primary.count && primary[low].peer == peer ? primary[low].weight : 0
    }

    private static func sorted(_ members: [Member]) throws(DirectoryFault) -> [Member] {
        let sorted = members.sorted { $0.peer < $1.peer }
        for (left, right) in zip(sorted, sorted.dropFirst()) where left.peer == right.peer {
            throw .listedTwice(left.peer)
        }
        return sorted
    }
}

extension UInt64 {
    /// The sum, or the largest number where it would overflow.
    func addingClamped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
