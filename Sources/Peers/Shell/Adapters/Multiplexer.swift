import ConclavePeersCore
import ConclavePrimitives
public import ConclaveRuntime
import ConclaveTransport

/// Sub-channels over one channel: `varint(sub-channel) ‖ message`. For engines whose parts come and go while
/// the channels of the network are fixed.
///
/// Each sub-channel has bounded lanes of its own, one a peer, served in fair turn: what one part of the
/// engine does not read holds up no other part, unless its sub-channel says
/// ``ChannelOptions/Overflow/pauseReading``. Numbers that nobody has registered meet the ``Consequence`` that
/// was stated.
public final class Multiplexer: Sendable {
    /// Sub-channels at most: a node has a handful of parts, and each costs a floor of memory per peer.
    public static let subchannelsMax = 1_024

    private let sender: Sender
    private let receiver: Receiver
    private let unknown: Consequence
    private let inboxes = Lock(SortedArray<UInt64, SubchannelInbox>())

    /// A multiplexer over a channel that nothing else reads.
    public init(_ sender: Sender, _ receiver: Receiver, unknown: Consequence = .drop) {
        self.sender = sender
        self.receiver = receiver
        self.unknown = unknown
    }

    /// Opens a sub-channel, at any time.
    ///
    /// - Parameters:
    ///   - backlog: messages that wait in each peer's lane at most; `1...1_048_576`.
    ///   - overflow: what a full lane does. ``ChannelOptions/Overflow/pauseReading`` holds up all
    ///     sub-channels until it has room.
    /// - Throws: ``ChannelFault`` if the number is taken, there are too many, or the backlog is out of range.
    public func register(
        subchannel number: UInt64, backlog: Int = 1_024, overflow: ChannelOptions.Overflow = .dropNewest
    ) throws(ChannelFault) -> (sender: SubchannelSender, receiver: SubchannelReceiver) {
        guard (1...1_048_576).contains(backlog) else { throw .backlogOutOfRange(backlog) }
        let memory = receiver.inbox.nodeMemory
        let lanes = SubchannelLanes(
            messagesMax: backlog, bytesMax: memory.laneBytes,
            quantum: max(sender.messageBytesMax + Batch.frameBytes, ChannelRegistry.quantumMin),
            memory: memory)
        let inbox = SubchannelInbox(lanes, overflow: overflow, of: receiver.inbox)
        try inboxes.withLock { inboxes throws(ChannelFault) in
            guard inboxes[number] == nil, inboxes.count < Self.subchannelsMax else {
                throw .subchannelTaken(number)
            }
            inboxes[number] = inbox
        }
        receiver.inbox.add(inbox)
        return (SubchannelSender(sender, number), SubchannelReceiver(inbox: inbox, base: receiver))
    }

    /// Begins to sort what arrives, in a task below `context`. Once. Ends with the channel, or with the
    /// context; then the sub-channels end too.
    public func start(in context: Context) {
        context.spawn("multiplexer") { _ in await self.run() }
    }

    private func run() async {
        var batches: [Batch] = []
        while true {
            await receiver.next(into: &batches)
            guard !batches.isEmpty else { break }
            for batch in batches { await sort(batch) }
        }
        for inbox in inboxes.withLock({ $0.values }) { inbox.close() }
    }

    private func sort(_ batch: Batch) async {
        var meaningless = 0
        for message in batch.messages {
            guard let (number, start) = SubchannelHeader.read(message),
                let inbox = inboxes.withLock({ $0[number] })
            else {
                meaningless += 1
                continue
            }
            await inbox.put(message.suffix(from: start), from: batch.peer)
        }
        guard meaningless > 0 else { return }
        receiver.noteUndecodable(meaningless)
        await unknown.befall(batch.peer)
    }
}
