public import ConclaveCodec
public import ConclavePeersCore
public import ConclaveTransport

/// Something that messages can be sent through: a channel, or a sub-channel of one.
public protocol MessageSender: Sendable {
    /// The largest message, in bytes.
    var messageBytesMax: Int { get }

    /// Offers `message` to each recipient and never waits.
    ///
    /// - Throws: ``SendError``; then it was offered to nobody.
    mutating func send(
        _ message: [UInt8], to recipients: Recipients, priority: Priority
    ) throws(SendError) -> Sent

    /// Suspends until the outbox of `peer` is half empty; false if the peer is not connected.
    @discardableResult
    mutating func room(for peer: PeerID) async -> Bool
}

extension Sender: MessageSender {}

extension MessageSender {
    /// The same for values, each of which is encoded once for all its recipients.
    public func typed<Value: WireValue>(as type: Value.Type) -> TypedSender<Value, Self> {
        TypedSender(self)
    }
}
