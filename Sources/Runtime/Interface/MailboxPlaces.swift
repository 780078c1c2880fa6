/// Where the message of each key waits in a lane. A message's number counts those that the lane took before
/// it.
@usableFromInline
class MailboxPlaces<Message: Sendable> {
    @inlinable
    init() {}

    /// The number of the message that waits under the key of `message`.
    @inlinable
    func number(like message: Message) -> Int? { nil }

    @inlinable
    func set(_ message: Message, number: Int) {}

    @inlinable
    func remove(_ message: Message) {}

    @inlinable
    func removeAll() {}
}

/// Keeps its memory, so that a message costs no allocation.
@usableFromInline
final class KeyedPlaces<Message: Sendable, Key: Hashable & Sendable>: MailboxPlaces<Message> {
    @usableFromInline let key: @Sendable (Message) -> Key
    @usableFromInline var numbers: [Key: Int] = [:]

    @inlinable
    init(key: @escaping @Sendable (Message) -> Key) {
        self.key = key
    }

    @inlinable
    override func number(like message: Message) -> Int? { numbers[key(message)] }
    @inlinable
    override func set(_ message: Message, number: Int) { numbers[key(message)] = number }
    @inlinable
    override func remove(_ message: Message) { numbers[key(message)] = nil }
    @inlinable
    override func removeAll() { numbers.removeAll(keepingCapacity: true) }
}
