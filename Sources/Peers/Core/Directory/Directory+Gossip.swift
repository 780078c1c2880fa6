package import ConclaveCodec
package import ConclavePrimitives
package import ConclaveTransport

/// What peers tell each other in discovery.
extension Directory {
    /// Whom of a tracked set, drawn at random, we need no news of; for `peer`, which takes a message within
    /// `limits`.
    ///
    /// Without a set to speak of the vector is an empty one of ``silentIndex``, so that the link is not
    /// silent.
    package func vector(
        for peer: PeerID, within limits: DiscoveryMessage.Limits? = nil, connected: (PeerID) -> Bool,
        using random: inout some RandomNumberGenerator
    ) -> BitVector {
        let bitsMax = (limits ?? gossipLimits).vectorBitsMax
        let telling = sets.filter { index, set in
            !disputes.isOpen(with: peer, about: index) && set.primary.count <= bitsMax
        }
        guard let (index, set) = telling.randomElement(using: &random) else {
            return BitVector(index: Self.silentIndex, bits: Bitmap(count: 0))
        }
        var bits = Bitmap(count: set.primary.count)
        for (place, member) in set.primary.enumerated() {
            bits[place] =
                member.peer == own || connected(member.peer) || addresses.knowsWay(to: member.peer)
        }
        return BitVector(index: index, bits: bits)
    }

    /// The index that no network reaches: who does not track it ignores the vector.
    package static var silentIndex: UInt64 { .max }

    /// Records that `peer` lacks, in random order: ours, and those of peers that are connected now. What is
    /// not passed on is what might be stale, or signed by a clock ahead of ours, for which others would blame
    /// us.
    ///
    /// - Throws: ``/ConclaveTransport/PeerFault/vectorLength(given:expected:)`` when `peer` disagrees with us
    ///   about the set for the first time.
    package mutating func answer(
        to vector: BitVector, from peer: PeerID, connected: (PeerID) -> Bool, at now: WallTime,
        using random: inout some RandomNumberGenerator
    ) throws(PeerFault) -> [AddressRecord] {
        guard let set = peerSet(vector.index) else { return [] }
        let expected = set.primary.count
        guard vector.bits.count == expected else {
            guard disputes.begin(with: peer, about: vector.index) else { return [] }
            throw .vectorLength(given: vector.bits.count, expected: expected)
        }
        disputes.settle(with: peer, about: vector.index)
        var records: [AddressRecord] = []
        for (place, member) in set.primary.enumerated() where !vector.bits[place] && member.peer != peer {
            guard member.peer == own || connected(member.peer),
                let record = addresses.record(of: member.peer), member.peer == own || record.time <= now
            else { continue }
            records.append(record)
        }
        return records.shuffled(using: &random)
    }

    /// A peer passed `records` on. Returns whether any was news.
    ///
    /// - Throws: what is wrong with the first that must not be; those before it count.
    package mutating func heard(_ records: [AddressRecord], at now: WallTime) throws(PeerFault) -> Bool {
        var hasNews = false
        for record in records where try addresses.heard(record, at: now) { hasNews = true }
        return hasNews
    }

    /// A peer that has just connected said where it is. Returns whether that was news.
    package mutating func learn(_ believed: BelievedRecord) -> Bool { addresses.learn(believed) }

    package mutating func announce(_ own: AddressRecord) { addresses.announce(own) }

    package mutating func dialed(_ peer: PeerID, at ingress: Ingress, _ result: DialResult) {
        addresses.dialed(peer, at: ingress, result)
    }

    // MARK: The peer store

    package mutating func remember(_ records: [AddressRecord]) {
        addresses.remember(records)
    }

    package mutating func takeUnkept() -> [(peer: PeerID, record: AddressRecord?)] {
        addresses.takeUnkept()
    }

    package mutating func stopKeeping() { addresses.stopKeeping() }
}
