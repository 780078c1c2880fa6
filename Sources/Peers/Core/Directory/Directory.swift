package import ConclaveCodec
package import ConclavePrimitives

/// Who is authorised, and where they are: the newest peer sets, the addresses, the blocks.
package struct Directory<Addresses: AddressStrategy>: Sendable {
    package let own: PeerID
    private let setsMax: Int
    private let peersMax: Int

    private var sets: [(index: UInt64, set: PeerSet)] = []
    private var roles: [PeerID: PeerRole] = [:]
    private var addresses: Addresses
    private var blocks: BlockList

    /// Every other peer that is primary in a tracked set, ascending: whom to dial, if authorised.
    package private(set) var dialable: [PeerID] = []

    package init(own: PeerID, configuration: Configuration, addresses: Addresses) {
        self.own = own
        self.addresses = addresses
        setsMax = configuration.trackedPeerSets
        peersMax = configuration.maxPeersPerSet
        blocks = BlockList(capacity: configuration.maxPeersPerSet)
    }

    // MARK: Questions

    /// Whether a tracked set holds `peer`, it is not blocked, and it is not ourselves.
    package func isAuthorised(_ peer: PeerID, at now: Instant) -> Bool {
        peer != own && roles[peer] != nil && blocks.blockedUntil(peer, at: now) == nil
    }

    /// Whether we may dial `peer`: authorised, primary, and its address is known.
    package func isDialable(_ peer: PeerID, at now: Instant) -> Bool {
        roles[peer] == .primary && isAuthorised(peer, at: now) && addresses.address(of: peer) != nil
    }

    /// Nil for a peer that no tracked set holds.
    package func role(of peer: PeerID) -> PeerRole? { roles[peer] }

    package func address(of peer: PeerID) -> PeerAddress? { addresses.address(of: peer) }

    /// How many tracked peers connect from `ip`; nil if that cannot be told.
    package func peersExpected(from ip: IPAddress) -> Int? { addresses.peersExpected(from: ip) }

    /// Whether `peer`, having named its key, may come from `ip`.
    package func accepts(_ peer: PeerID, from ip: IPAddress, at now: Instant) -> Bool {
        isAuthorised(peer, at: now) && addresses.expects(peer, from: ip)
    }

    package func peerSet(_ index: UInt64) -> PeerSet? { sets.first { $0.index == index }?.set }

    /// The newest set and its index; nil before the first.
    package var newest: (index: UInt64, set: PeerSet)? { sets.last }

    /// Distinct peers in all tracked sets, ourselves included if a set holds us.
    package var peerCount: Int { roles.count }

    /// The peers of a role over all tracked sets, ascending.
    package func peers(_ role: PeerRole) -> [PeerID] {
        roles.filter { $0.value == role }.keys.sorted()
    }

    /// When a block expires next, and ``expireBlocks(at:)`` has something to do.
    package func nextExpiry(after now: Instant) -> Instant? { blocks.nextExpiry(after: now) }

    package func blockCounts(at now: Instant) -> BlockCounts { blocks.counts(at: now) }

    /// All tracked peers in ascending order.
    package func snapshot(at now: Instant) -> [DirectoryEntry] {
        var holders: [PeerID: [UInt64]] = [:]
        for (index, set) in sets {
            for member in set.members { holders[member.peer, default: []].append(index) }
        }
        return roles.sorted { $0.key < $1.key }.map { peer, role in
            DirectoryEntry(
                peer: peer, role: role, address: address(of: peer),
                isBlocked: blocks.blockedUntil(peer, at: now) != nil, sets: holders[peer] ?? [])
        }
    }

    // MARK: Events

    /// The engine authorises a set. The newest `trackedPeerSets` are kept.
    ///
    /// - Throws: ``DirectoryFault``; nothing has changed then.
    package mutating func track(
        _ index: UInt64, _ set: PeerSet, at now: Instant
    ) throws(DirectoryFault) -> DirectoryChange {
        if let newest = sets.last?.index, index <= newest {
            throw .indexNotIncreasing(given: index, newest: newest)
        }
        guard set.count <= peersMax else { throw .tooManyPeers(given: set.count, allowed: peersMax) }
        let others = set.members.filter { $0.peer != own }
        try addresses.examine(others)

        let before = authorised(at: now)
        sets.append((index, set))
        if sets.count > setsMax { sets.removeFirst() }
        var change = DirectoryChange()
        change.changedAddress = addresses.tracked(others)
        settle(at: now)
        return completed(change, before: before, at: now)
    }

    /// New addresses without a new set. Who is not tracked is passed over.
    package mutating func overwrite(_ moves: [(PeerID, PeerAddress)], at now: Instant) -> DirectoryChange {
        let before = authorised(at: now)
        var change = DirectoryChange()
        var moved = Set<PeerID>()
        for (peer, address) in moves where peer != own && roles[peer] != nil {
            if addresses.moved(peer, to: address) == .changed { moved.insert(peer) }
        }
        change.changedAddress = moved.sorted()
        return completed(change, before: before, at: now)
    }

    /// The engine refuses a peer for a while, whatever sets come. If the outcome is `blocked`, its link has
    /// to end.
    package mutating func block(_ peer: PeerID, for duration: Duration, at now: Instant) -> BlockOutcome {
        guard peer != own else { return .unchanged }
        return blocks.block(peer, until: now.advanced(by: duration), under: sets.map(\.set), at: now)
    }

    /// Drops blocks that expired, which may bring another into force that had no room before.
    package mutating func expireBlocks(at now: Instant) -> DirectoryChange {
        let before = authorised(at: now)
        blocks.reconsider(under: sets.map(\.set), at: now)
        return completed(.nothing, before: before, at: now)
    }

    // MARK: Private

    private func authorised(at now: Instant) -> [PeerID] {
        roles.keys.filter { isAuthorised($0, at: now) }.sorted()
    }

    /// Derives roles, addresses and blocks anew from the sets.
    private mutating func settle(at now: Instant) {
        let former = roles
        roles = [:]
        for (_, set) in sets {
            for member in set.secondary where roles[member.peer] == nil { roles[member.peer] = .secondary }
            for member in set.primary { roles[member.peer] = .primary }
        }
        for peer in former.keys where roles[peer] == nil { addresses.dropped(peer) }
        dialable = peers(.primary).filter { $0 != own }
        blocks.reconsider(under: sets.map(\.set), at: now)
    }

    /// `change`, reduced to those who were authorised before.
    private func completed(
        _ change: DirectoryChange, before: [PeerID], at now: Instant
    ) -> DirectoryChange {
        var change = change
        change.lostAuthorisation = before.filter { !isAuthorised($0, at: now) }
        let stays = Set(before).subtracting(change.lostAuthorisation)
        change.changedAddress.removeAll { !stays.contains($0) }
        return change
    }
}
