/// About which peer sets which peers have another opinion than we: their vectors have another length.
///
/// A set is what the engine says it is, so both sides may be honest and nothing that peers tell each other
/// settles it. The first vector of the wrong length ends the link, as the wire demands; then the dispute is
/// remembered, neither side's vectors of that set count any more, and the two stay connected.
struct SetDisputes: Sendable {
    private var indices: [PeerID: Set<UInt64>] = [:]

    func isOpen(with peer: PeerID, about index: UInt64) -> Bool {
        indices[peer]?.contains(index) ?? false
    }

    /// Returns whether it is new.
    mutating func begin(with peer: PeerID, about index: UInt64) -> Bool {
        indices[peer, default: []].insert(index).inserted
    }

    /// The peer has come round, as after its restart with the right set.
    mutating func settle(with peer: PeerID, about index: UInt64) {
        indices[peer]?.remove(index)
    }

    /// The set is tracked no more.
    mutating func ended(about index: UInt64) {
        for peer in Array(indices.keys) {
            indices[peer]?.remove(index)
            if indices[peer]?.isEmpty == true { indices[peer] = nil }
        }
    }

    /// The peer is tracked no more.
    mutating func ended(with peer: PeerID) {
        indices[peer] = nil
    }
}
