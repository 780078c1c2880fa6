import Conclave
import ConclaveSimulation

extension Validator {
    private static let floodMessageBytes = 2_000

    /// Sends to `peer` as fast as its outbox takes, until cancelled.
    func flood(_ peer: PeerID) -> Child? {
        guard let first = sender else { return nil }
        let number = number, life = life, ledger = ledger
        return node.context.spawn("flood-\(peer.short)") { context in
            var sender = first
            var sequence: UInt64 = 0
            while !Task.isCancelled {
                sequence += 1
                let heartbeat = Heartbeat(speaker: number, life: life, sequence: sequence, priority: .bulk)
                let message = heartbeat.message(size: Self.floodMessageBytes)
                let sent = try sender.send(message, to: .one(peer), priority: heartbeat.priority)
                ledger.spoke(
                    number, life: life, acceptedBy: sent.acceptedCount, refusedBy: sent.refused.count)
                if sent.acceptedCount == 0, await !sender.room(for: peer) { return }
            }
        }
    }
}
