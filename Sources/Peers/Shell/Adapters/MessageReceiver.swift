public import ConclaveCodec
public import ConclavePeersCore
public import ConclaveTransport

/// Something that messages come from: a channel, or a sub-channel of one. One task reads it.
public protocol MessageReceiver: AsyncSequence, Sendable
where Element == (peer: PeerID, message: Message), Failure == Never {
    /// So many messages that it delivered meant nothing to who read them: in the books they are undecodable
    /// and not delivered.
    func noteUndecodable(_ count: Int)
}

extension Receiver: MessageReceiver {
    public func noteUndecodable(_ count: Int) {
        inbox.note { $0.undecodable += UInt64(count) }
    }
}

extension MessageReceiver {
    /// The same as values; `undecodable` says what follows for who sends what is none.
    public func typed<Value: WireValue>(
        as type: Value.Type, undecodable: Consequence = .drop
    ) -> TypedReceiver<Value, Self> {
        TypedReceiver(self, undecodable: undecodable)
    }
}
