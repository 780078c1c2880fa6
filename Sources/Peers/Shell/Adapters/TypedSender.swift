public import ConclaveCodec
public import ConclavePeersCore
public import ConclaveTransport

/// Sends values of one type on a channel. A copy belongs to one task.
public struct TypedSender<Value: WireValue, Base: MessageSender>: Sendable {
    private var base: Base

    public init(_ base: Base) {
        self.base = base
    }

    /// Encodes `value` once and offers it to each recipient.
    ///
    /// - Throws: ``SendError`` if its encoding is too large or the priority reserved; then it was offered to
    ///   nobody.
    public mutating func send(
        _ value: Value, to recipients: Recipients, priority: Priority = .normal
    ) throws(SendError) -> Sent {
        try base.send(value.encoded, to: recipients, priority: priority)
    }

    /// Suspends until the outbox of `peer` is half empty; false if the peer is not connected.
    @discardableResult
    public mutating func room(for peer: PeerID) async -> Bool {
        await base.room(for: peer)
    }
}
