import ConclaveChain
import ConclavePrimitives

/// Measures how long own blocks take from the moment when they are built to that when they are delivered,
/// both on this node's clock.
struct FinalityMeter: Sendable {
    /// Own blocks that may still become final; what a leader proposes in vain is dropped, the oldest first.
    private static let openMax = 64

    private var open: [(digest: ChainDigest, since: Instant)] = []
    /// Since it was last taken.
    private var measured = FinalityHistogram()
    /// Of the newest own block.
    private(set) var newest: Duration?

    mutating func proposed(_ digest: ChainDigest, since: Instant) {
        if open.count == Self.openMax { open.removeFirst() }
        open.append((digest, since))
    }

    mutating func delivered(_ digest: ChainDigest, at now: Instant) {
        guard let place = open.firstIndex(where: { $0.digest == digest }) else { return }
        let duration = open.remove(at: place).since.duration(to: now)
        newest = duration
        measured.add(microseconds: Int(duration / .microseconds(1)))
    }

    /// What was measured since the last call.
    mutating func take() -> FinalityHistogram { exchange(&measured, with: FinalityHistogram()) }
}
