import ConclavePeersCore
import ConclaveRuntime

/// The way to one connected peer: its outbox, and whom to tell that something waits in it.
final class Route: Sendable {
    let peer: PeerID
    /// Of two links to one peer the later one has the larger number.
    let generation: UInt64
    let outbox: Outbox
    private let executor: any RuntimeExecutor
    private let link: any Turnable

    init(
        peer: PeerID, generation: UInt64, outbox: Outbox, executor: any RuntimeExecutor, link: any Turnable
    ) {
        self.peer = peer
        self.generation = generation
        self.outbox = outbox
        self.executor = executor
        self.link = link
    }

    /// Cache lines that a message touches of an outbox, and that waking touches of a link.
    private static let outboxLines = 7, linkLines = 1

    /// Begins to load what a message for this peer will touch.
    @inline(__always)
    func loadAhead() {
        MemoryHint(outbox).load(Self.outboxLines)
        MemoryHint(link).load(Self.linkLines)
    }

    /// Gives the link a turn, in which it packs whatever waits.
    func wake() { executor.schedule(link) }
}
