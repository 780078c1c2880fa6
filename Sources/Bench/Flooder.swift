import Conclave
import ConclavePrimitives
import ConclaveRuntime
import Glibc

/// The tenth peer of the fairness benchmark: a modified sender, whose channel has no quota on its side.
enum Flooder {
    /// First a thousand messages a second as the others, then as many as the outbox
    /// takes until the listener is gone.
    static func run(_ options: BenchOptions, _ context: Context) async throws {
        // On a network its work would be another machine's: here it gives way to the others.
        setpriority(Int32(PRIO_PROCESS.rawValue), 0, 19)
        let (node, peer) = try await BenchNode.dial(
            options.sized(FairnessMessage.byteCount), number: Fairness.honest, channel: ChannelOptions(),
            context: context)
        BenchProgram.say("connected")
        var sender = node.sender
        let end = context.clock.now.advanced(by: options.duration + Fairness.settling)
        try await Fairness.pace(in: context, until: { $0 >= end }) { now in
            _ = try sender.send(FairnessMessage(.calm, now.nanoseconds).encoded, to: .one(peer))
        }
        let message = FairnessMessage(.flooded, 0).encoded
        while true {
            if try sender.send(message, to: .one(peer)).acceptedCount == 0 {
                guard await sender.room(for: peer) else { break }
            }
        }
        await node.network.shutdown(within: .zero)
    }
}
