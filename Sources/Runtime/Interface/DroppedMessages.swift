/// Messages that were thrown away under a mailbox's lock and end outside it: their end may ask the mailbox
/// something.
///
/// One needs no memory; only where a heavy message takes the room of several do the others.
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
            others.append(message)
        }
    }
}
