/// What was agreed when a mailbox was made. The bounds hold for each ``Urgency`` by itself.
@usableFromInline
struct MailboxTerms<Message: Sendable>: Sendable {
    @usableFromInline let capacity: Int
    @usableFromInline let bytesMax: Int
    @usableFromInline let weigh: (@Sendable (Message) -> Int)?
    @usableFromInline let overflow: Overflow<Message>
    /// Whether only the number of messages counts, neither their weight nor their key.
    @usableFromInline let isPlain: Bool

    @usableFromInline
    init(
        capacity: Int, bytesMax: Int, weigh: (@Sendable (Message) -> Int)?, overflow: Overflow<Message>
    ) {
        precondition(capacity > 0, "a mailbox holds at least one message")
        precondition(bytesMax >= 0, "a mailbox cannot hold less than nothing")
        self.capacity = capacity
        self.bytesMax = bytesMax
        self.weigh = weigh
        self.overflow = overflow
        isPlain =
            switch overflow.rule {
            case .refuseNewest, .dropOldest: weigh == nil
            case .combine: false
            }
    }

    /// Never negative, so that a message cannot make room for others.
    @inlinable
    func weight(of message: Message) -> Int { max(0, weigh?(message) ?? 0) }
}
