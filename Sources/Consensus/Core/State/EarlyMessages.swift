internal import ConclaveCryptography
internal import ConclavePrimitives

/// Messages of the epoch after ours, from peers that have crossed before us: kept for the moment in which we
/// follow, so that its first view is not lost.
struct EarlyMessages: Sendable {
    /// A vote of each kind, a proposal, its body and two certificates.
    static let perPeer = 7
    /// Of bodies together; the leader of the first view sends one.
    static let bodyBytes = 4 << 20

    private var messages = SortedArray<PublicKey, [ConsensusMessage]>()
    private var bytes = 0

    mutating func keep(_ message: ConsensusMessage, from peer: PublicKey) {
        var kept = messages[peer] ?? []
        let length = Self.bodyLength(of: message)
        guard kept.count < Self.perPeer, bytes + length <= Self.bodyBytes else { return }
        bytes += length
        kept.append(message)
        messages[peer] = kept
    }

    var count: Int { messages.reduce(0) { $0 + $1.1.count } }

    mutating func forget(_ peer: PublicKey) {
        for message in messages[peer] ?? [] { bytes -= Self.bodyLength(of: message) }
        messages[peer] = nil
    }

    /// All of them, by peer, each peer's in the order in which they came.
    mutating func takeAll() -> [(peer: PublicKey, message: ConsensusMessage)] {
        defer { self = EarlyMessages() }
        return messages.flatMap { peer, kept in kept.map { (peer, $0) } }
    }

    private static func bodyLength(of message: ConsensusMessage) -> Int {
        if case .body(_, let block) = message { block.body.count } else { 0 }
    }
}
