package import ConclaveCodec
package import ConclavePrimitives
package import ConclaveTransport

/// Discovery mode: addresses come from records that peers sign, and from the bootstrappers in the
/// configuration.
///
/// Only for tracked peers and bootstrappers is anything remembered, one record each: whoever makes up keys
/// changes nothing here.
package struct DiscoveredAddresses: AddressStrategy {
    private struct Known: Sendable {
        let record: AddressRecord
        /// Dials that failed since the last that did not.
        var failures = 0
    }

    package let bootstrappers: [PeerID]
    private let check: RecordCheck
    private let failLimit: Int
    private let setsMax: Int
    /// Where the configuration says that bootstrappers are.
    private let given: [PeerID: Ingress]

    private var tracked: Set<PeerID>
    private var known: [PeerID: Known] = [:]
    /// How many peers are known to be at each IP; never 0.
    private var expected: [IPAddress: Int] = [:]
    private var announced: AddressRecord?
    package private(set) var updates: UInt64 = 0

    /// What an earlier process of ours knew of peers that are not tracked yet. Not believed yet either.
    private var remembered: [PeerID: AddressRecord] = [:]
    /// Sets that are still awaited before ``remembered`` is given up.
    private var setsAwaited: Int
    /// What the peer store has not been told; nil if there is none.
    private var unkept: [PeerID: AddressRecord?]? = [:]

    package init(own: PeerID, bootstrappers: [Bootstrapper], configuration: Configuration) {
        check = RecordCheck(own: own, configuration: configuration)
        failLimit = configuration.dialFailLimit
        setsMax = configuration.trackedPeerSets
        setsAwaited = setsMax
        given = Dictionary(
            bootstrappers.filter { $0.peer != own }.map { ($0.peer, $0.ingress) },
            uniquingKeysWith: { first, _ in first })
        tracked = Set(given.keys)
        self.bootstrappers = tracked.sorted()
    }

    // MARK: Addresses

    /// The record's, or the configuration's if there is none. A bootstrapper whose record leads nowhere is
    /// tried at either by turns: it may have moved while both of us were down.
    package func ingress(of peer: PeerID) -> Ingress? {
        guard let known = known[peer] else { return given[peer] }
        if let given = given[peer], known.failures / failLimit % 2 == 1 { return given }
        return known.record.ingress
    }

    package func address(of peer: PeerID) -> PeerAddress? { nil }

    /// Nobody can be told from a stranger by the IP alone; who is known to be there has its own allowance.
    package func peersExpected(from ip: IPAddress) -> Int? { expected[ip] }

    package func expects(_ peer: PeerID, from ip: IPAddress) -> Bool { true }

    package func knowsWay(to peer: PeerID) -> Bool {
        known[peer].map { $0.failures < failLimit } ?? false
    }

    package func record(of peer: PeerID) -> AddressRecord? {
        peer == check.own ? announced : known[peer]?.record
    }

    // MARK: The engine

    package func examine(_ members: [PeerSet.Member]) throws(DirectoryFault) {}

    package mutating func tracked(_ members: [PeerSet.Member]) -> [PeerID] {
        for member in members {
            tracked.insert(member.peer)
            if let record = remembered.removeValue(forKey: member.peer) { believe(record) }
        }
        setsAwaited -= 1
        if setsAwaited <= 0 { forgetStrangers() }
        return []
    }

    package mutating func moved(_ peer: PeerID, to address: PeerAddress) -> AddressUpdate { .same }

    package mutating func dropped(_ peer: PeerID) {
        guard given[peer] == nil, tracked.remove(peer) != nil, let old = known.removeValue(forKey: peer)
        else { return }
        release(old.record.ingress)
        unkept?[peer] = .some(nil)
    }

    // MARK: Records

    package mutating func announce(_ own: AddressRecord) {
        announced = own
    }

    /// Whether the record was news. What is not wanted is not examined any further.
    package mutating func heard(_ record: AddressRecord, at now: WallTime) throws(PeerFault) -> Bool {
        guard record.peer != check.own else { throw .addressRecord(.ofOurselves) }
        guard wants(record) else { return false }
        return learn(try check.believed(record, at: now))
    }

    package mutating func learn(_ believed: BelievedRecord) -> Bool {
        let record = believed.record
        guard wants(record) else { return false }
        let former = known[record.peer]?.record.ingress ?? given[record.peer]
        if let former, former != record.ingress { updates += 1 }
        if let old = known[record.peer] { release(old.record.ingress) }
        known[record.peer] = Known(record: record)
        if case .socket(let socket) = record.ingress { expected[socket.ip, default: 0] += 1 }
        unkept?[record.peer] = record
        return true
    }

    package mutating func dialed(_ peer: PeerID, at ingress: Ingress, _ result: DialResult) {
        guard var entry = known[peer], self.ingress(of: peer) == ingress else { return }
        switch result {
        case .reached: entry.failures = 0
        case .failed: entry.failures = min(entry.failures + 1, 1 << 20)
        }
        known[peer] = entry
    }

    private func wants(_ record: AddressRecord) -> Bool {
        tracked.contains(record.peer)
            && known[record.peer].map { $0.record.time < record.time } ?? true
    }

    private mutating func release(_ ingress: Ingress) {
        guard case .socket(let socket) = ingress, let count = expected[socket.ip] else { return }
        expected[socket.ip] = count > 1 ? count - 1 : nil
    }

    // MARK: The peer store

    /// What the peer store has kept. It counts for who is tracked, now or soon.
    package mutating func remember(_ records: [AddressRecord]) {
        for record in records {
            if tracked.contains(record.peer) {
                believe(record)
            } else {
                remembered[record.peer] = record
            }
        }
    }

    /// What the peer store has to be told, in ascending order: the record of each peer, nil to forget it.
    package mutating func takeUnkept() -> [(peer: PeerID, record: AddressRecord?)] {
        guard let changes = unkept, !changes.isEmpty else { return [] }
        unkept = [:]
        return changes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// There is no peer store, or none any more.
    package mutating func stopKeeping() {
        unkept = nil
    }

    private mutating func believe(_ record: AddressRecord) {
        if let believed = try? check.believed(remembered: record) { _ = learn(believed) }
    }

    /// So many sets as we keep have been tracked since we began: who is in none of them has left.
    private mutating func forgetStrangers() {
        for peer in remembered.keys { unkept?[peer] = .some(nil) }
        remembered = [:]
    }
}
