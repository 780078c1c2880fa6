package import ConclaveCodec
package import ConclavePrimitives
import ConclaveTransport

/// Who is authorised, and where they are: the newest peer sets, the addresses, the blocks.
package struct Directory: Sendable {
    package let own: PeerID
    private let setsMax: Int
    private let peersMax: Int
    private let bootstrappers: Set<PeerID>
    let gossipLimits: DiscoveryMessage.Limits

    private(set) var sets: [(index: UInt64, set: PeerSet)] = []
    private var roles: [PeerID: PeerRole] = [:]
    /// The mode is a node's own choice at run time: a type parameter here would go up to the public oracle.
    /// It is asked per event of a connection, never per message.
    var addresses: any AddressStrategy
    private var blocks: BlockList
    var disputes = SetDisputes()

    /// Every other peer that is primary in a tracked set, and the bootstrappers, ascending: whom to dial, if
    /// authorised.
    package private(set) var dialable: [PeerID]

    package init(own: PeerID, configuration: Configuration, addresses: any AddressStrategy) {
        self.own = own
        self.addresses = addresses
        setsMax = configuration.trackedPeerSets
        peersMax = configuration.maxPeersPerSet
        blocks = BlockList(capacity: configuration.maxPeersPerSet)
        bootstrappers = Set(addresses.bootstrappers)
        gossipLimits = configuration.gossipLimits
        dialable = addresses.bootstrappers
    }

    /// With the strategy that the configuration chooses.
    package init(own: PeerID, configuration: Configuration) {
        let addresses: any AddressStrategy =
            switch configuration.mode {
            case .lookup: LookupAddresses(check: configuration.addressCheck)
            case .discovery(let bootstrappers, _):
                DiscoveredAddresses(own: own, bootstrappers: bootstrappers, configuration: configuration)
            }
        self.init(own: own, configuration: configuration, addresses: addresses)
    }

    // MARK: Questions

    /// Whether a tracked set holds `peer` or it is a bootstrapper, it is not blocked, and it is not
    /// ourselves.
    package func isAuthorised(_ peer: PeerID, at now: Instant) -> Bool {
        peer != own && role(of: peer) != nil && blocks.blockedUntil(peer, at: now) == nil
    }

    /// Whether we may dial `peer`: authorised, primary or a bootstrapper, and its address is known.
    package func isDialable(_ peer: PeerID, at now: Instant) -> Bool {
        hasWay(to: peer) && blocks.blockedUntil(peer, at: now) == nil
    }

    /// Whether we may dial `peer` as soon as no block is in the way. Only new sets and addresses change it.
    package func hasWay(to peer: PeerID) -> Bool {
        guard peer != own, roles[peer] == .primary || bootstrappers.contains(peer) else { return false }
        return addresses.ingress(of: peer) != nil
    }

    /// Nil for a peer that no tracked set holds and that is no bootstrapper.
    package func role(of peer: PeerID) -> PeerRole? {
        roles[peer] ?? (bootstrappers.contains(peer) ? .bootstrapper : nil)
    }

    /// Where `peer` can be dialled, as far as it is known.
    package func ingress(of peer: PeerID) -> Ingress? { addresses.ingress(of: peer) }

    /// What the engine said of its address.
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

    /// How many known addresses were replaced by others, ever.
    package var addressUpdates: UInt64 { addresses.updates }

    /// When a block expires next, and ``expireBlocks(at:)`` has something to do.
    package func nextExpiry(after now: Instant) -> Instant? { blocks.nextExpiry(after: now) }

    package func blockCounts(at now: Instant) -> BlockCounts { blocks.counts(at: now) }

    /// The peers of all tracked sets, in ascending order.
    package var tracked: [PeerID] { roles.keys.sorted() }

    /// All tracked peers and the bootstrappers, in ascending order.
    package func snapshot(at now: Instant) -> [DirectoryEntry] {
        var holders: [PeerID: [UInt64]] = [:]
        for (index, set) in sets {
            for member in set.members { holders[member.peer, default: []].append(index) }
        }
        var all = roles
        for peer in bootstrappers where all[peer] == nil { all[peer] = .bootstrapper }
        return all.sorted { $0.key < $1.key }.map { peer, role in
            DirectoryEntry(
                peer: peer, role: role, address: address(of: peer), ingress: ingress(of: peer),
                weight: newest?.set.weight(of: peer) ?? 0,
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
        if sets.count > setsMax { disputes.ended(about: sets.removeFirst().index) }
        var change = DirectoryChange()
        change.changedAddress = addresses.tracked(others)
        settle(at: now)
        return completed(change, before: before, at: now)
    }

    /// New addresses without a new set. Who is not tracked is passed over.
    package mutating func overwrite(_ moves: [(PeerID, PeerAddress)], at now: Instant) -> DirectoryChange {
        let before = authorised(at: now)
        var change = DirectoryChange()
        var former: [PeerID: PeerAddress] = [:]
        for (peer, address) in moves where peer != own && roles[peer] != nil {
            former[peer] = former[peer] ?? addresses.address(of: peer)
            _ = addresses.moved(peer, to: address)
        }
        // Who is where he was in the end, named twice, has not moved.
        change.changedAddress = former.filter { addresses.address(of: $0.key) != $0.value }.keys.sorted()
        return completed(change, before: before, at: now)
    }

    /// The engine refuses a peer for a while, whatever sets come. If the outcome is `blocked`, its link has
    /// to end.
    ///
    /// - Returns: what came of it, and what has changed for others: a block may have expired that nobody has
    ///   dropped yet, and what waited for its room is in force now.
    package mutating func block(
        _ peer: PeerID, for duration: Duration, at now: Instant
    ) -> (outcome: BlockOutcome, change: DirectoryChange) {
        let change = expireBlocks(at: now)
        guard peer != own else { return (.unchanged, change) }
        let until = now.advanced(by: duration)
        return (blocks.block(peer, until: until, under: sets.map(\.set), at: now), change)
    }

    /// Drops blocks that expired, which may bring another into force that had no room before.
    package mutating func expireBlocks(at now: Instant) -> DirectoryChange {
        let before = authorised(at: now)
        blocks.reconsider(under: sets.map(\.set), at: now)
        return completed(.nothing, before: before, at: now)
    }

    // MARK: Private

    private func authorised(at now: Instant) -> [PeerID] {
        bootstrappers.union(roles.keys).filter { isAuthorised($0, at: now) }.sorted()
    }

    /// Derives roles, addresses and blocks anew from the sets.
    private mutating func settle(at now: Instant) {
        let former = roles
        roles = [:]
        for (_, set) in sets {
            for member in set.secondary where roles[member.peer] == nil { roles[member.peer] = .secondary }
            for member in set.primary { roles[member.peer] = .primary }
        }
        for peer in former.keys where roles[peer] == nil {
            addresses.dropped(peer)
            disputes.ended(with: peer)
        }
        dialable = bootstrappers.union(peers(.primary)).subtracting([own]).sorted()
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
