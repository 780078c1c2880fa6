/// Messages that were thrown away under a mailbox's lock and end outside it: their end may ask the mailbox
/// something.
///
/// One needs no memory; only those that a batch or a heavy message drops besides it do.
@usableFromInline
struct DroppedMessages<Message: Sendable>: Sendable {
    @usableFromInline var first: Message?
    @usableFromInline var others: [Message] = []

    @inlinable
    init() {}

    @inlinable
    mutating func append(_ message: Message) {
        if first == nil {
            first = message
        } else {
            if others.isEmpty { others.reserveCapacity(64) }
            others.append(message)
        }
    }
}
