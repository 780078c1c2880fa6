import Conclave
import ConclavePrimitives
import ConclaveRuntime

/// A peer of the hub of the memory benchmark, which does what the hub tells it.
struct MemoryPeer: Sendable {
    private let node: BenchNode
    private let hub: PeerID
    private let options: BenchOptions

    /// Connects to the hub.
    init(_ number: Int, _ options: BenchOptions, _ context: Context) async throws {
        // Reading stops with the application: the hub's echoes then stay with the hub.
        let channel = try ChannelOptions(overflow: .pauseReading)
        (node, hub) = try await BenchNode.dial(
            options.sized(MemoryPerPeer.unreadBytes), number: number, channel: channel, context: context)
        self.options = options
    }

    /// Follows orders as long as the task lives; `connect` is what the first of them leads to.
    func run(connect: () async throws -> Void = {}) async throws {
        var sender = node.sender
        var batches: [Batch] = []
        while true {
            await node.receiver.next(into: &batches)
            if batches.isEmpty { return }
            for order in batches.flatMap(\.messages).compactMap(MemoryOrder.init) {
                switch order {
                case .connect: try await connect()
                case .send: try await send(MemoryPerPeer.messages, of: options.size, &sender)
                case .flood: try await send(.max, of: MemoryPerPeer.unreadBytes, &sender)
                }
            }
        }
    }

    private func send(_ count: Int, of size: Int, _ sender: inout Sender) async throws {
        let payload = [UInt8](repeating: 0x5A, count: size)
        var sent = 0
        while sent < count {
            if try sender.send(payload, to: .one(hub)).acceptedCount == 1 {
                sent += 1
            } else {
                guard await sender.room(for: hub) else { return }
            }
        }
    }

    /// Waits until the hub is gone.
    func closed() async { await node.closed() }
}
