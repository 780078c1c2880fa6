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

    /// Gives the link a turn, in which it packs whatever waits.
    func wake() { executor.schedule(link) }
}
