import ConclaveCodec
public import ConclavePeersCore
public import ConclaveTransport

/// The sending end of a sub-channel. A copy belongs to one task, like a ``Sender``.
public struct SubchannelSender: MessageSender {
    private var base: Sender
    private let number: UInt64

    init(_ base: Sender, _ number: UInt64) {
        self.base = base
        self.number = number
    }

    /// The largest message: what the channel allows, less the number in front.
    public var messageBytesMax: Int { base.messageBytesMax - varintLength(number) }

    /// Offers `message` to each recipient's outbox, put behind its number once for all of them.
    ///
    /// - Throws: ``SendError``; then it was offered to nobody.
    public mutating func send(
        _ message: [UInt8], to recipients: Recipients, priority: Priority = .normal
    ) throws(SendError) -> Sent {
        guard message.count <= messageBytesMax else {
            throw .messageTooLarge(bytes: message.count, limit: messageBytesMax)
        }
        return try base.send(
            SubchannelHeader.prefixed(message, with: number), to: recipients, priority: priority)
    }

    @discardableResult
    public mutating func room(for peer: PeerID) async -> Bool { await base.room(for: peer) }
}
