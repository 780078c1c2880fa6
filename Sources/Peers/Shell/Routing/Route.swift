import ConclavePeersCore
import ConclaveRuntime

/// The way to one connected peer: its outbox, and whom to tell that something waits in it.
final class Route: Sendable {
    let peer: PeerID
    let outbox: Outbox
    private let executor: any RuntimeExecutor
    private let link: any Turnable

    init(peer: PeerID, outbox: Outbox, executor: any RuntimeExecutor, link: any Turnable) {
        self.peer = peer
        self.outbox = outbox
        self.executor = executor
        self.link = link
    }

    /// Gives the link a turn, in which it packs whatever waits.
    func wake() { executor.schedule(link) }
}
