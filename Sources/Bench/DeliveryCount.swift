import Conclave
import ConclavePrimitives
import ConclaveRuntime

/// What one node's application was handed, and the task that reads it.
final class DeliveryCount: Sendable {
    private struct State: Sendable {
        var count = 0
        var sum = 0
        var last: Instant?
    }

    private let state = Lock(State())

    var count: Int { state.withLock { $0.count } }
    /// When the last message was handed over.
    var last: Instant? { state.withLock { $0.last } }

    /// Reads all that arrives at `node` on its own executor, until its network ends.
    init(at node: BenchNode, _ context: Context) {
        context.spawn("receiver", on: node.executor) { [self] context in
            var batches: [Batch] = []
            while true {
                await node.receiver.next(into: &batches)
                if batches.isEmpty { return }
                take(batches, at: context.clock.now)
            }
        }
    }

    private func take(_ batches: [Batch], at now: Instant) {
        var count = 0, sum = 0
        for batch in batches {
            count += batch.count
            // Every message is looked at, so that the bytes really arrive in this core.
            batch.withEach { bytes in
                sum &+= Int(bytes.byteCount > 0 ? unsafe bytes.unsafeLoad(as: UInt8.self) : 0)
            }
        }
        state.withLock { state in
            state.count += count
            state.sum &+= sum
            state.last = now
        }
    }
}
