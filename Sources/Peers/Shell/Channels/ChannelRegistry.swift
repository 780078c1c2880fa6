import ConclavePeersCore
import ConclavePrimitives
import ConclaveTransport

/// The channels of a node. Registered before it starts, fixed from then on.
final class ChannelRegistry: Sendable {
    /// One registered channel; its place in the list is its slot.
    struct Entry: Sendable {
        let number: UInt64
        let options: ChannelOptions
        let inbox: Inbox
    }

    private struct State {
        var entries: [Entry] = []
        var isSealed = false
    }

    /// Bytes that a peer's lane is served in its turn: a handful of small messages, so that whoever sends
    /// while a flood is read waits for no more than these.
    static let quantum = 1_024
    /// What one read can bring, so that no batch costs more than a turn.
    static let quantumMin = 262_144

    private let messageBytesMax: Int
    private let memory: NodeMemory
    private let state = Lock(State())

    init(messageBytesMax: Int, memory: NodeMemory) {
        self.messageBytesMax = messageBytesMax
        self.memory = memory
    }

    /// Adds a channel; returns its slot and its inbox.
    func add(_ number: UInt64, _ options: ChannelOptions) throws(ChannelFault) -> (slot: Int, inbox: Inbox) {
        let inbox = Inbox(
            messagesMax: options.backlog, bytesMax: memory.laneBytes,
            quantum: Self.quantum,
            overflow: options.overflow, memory: memory)
        let slot = try state.withLock { state throws(ChannelFault) -> Int in
            guard !state.isSealed else { throw .startedAlready }
            guard !state.entries.contains(where: { $0.number == number }) else {
                throw .registeredTwice(number)
            }
            guard state.entries.count < NativeHello.channelsMax else {
                throw .tooManyChannels(limit: NativeHello.channelsMax)
            }
            state.entries.append(Entry(number: number, options: options, inbox: inbox))
            return state.entries.count - 1
        }
        return (slot, inbox)
    }

    /// Fixes the list and hands it out.
    func seal() -> [Entry] {
        state.withLock { state in
            state.isSealed = true
            return state.entries
        }
    }

    var entries: [Entry] { state.withLock { $0.entries } }

    /// What the wire needs to know of them.
    var table: ChannelTable {
        ChannelTable(entries.map { ($0.number, messageBytesMax) })
    }
}
