/// Where the message of each key waits in a lane. A message's number counts those that the lane took before
/// it.
@usableFromInline
class MailboxPlaces<Message: Sendable> {
    /// The number of the message that waits under the key of `message`.
    @usableFromInline
    func number(like message: Message) -> Int? { nil }

    @usableFromInline
    func set(_ message: Message, number: Int) {}

    @usableFromInline
    func remove(_ message: Message) {}

    @usableFromInline
    func removeAll() {}
}

/// Keeps its memory, so that a message costs no allocation.
final class KeyedPlaces<Message: Sendable, Key: Hashable & Sendable>: MailboxPlaces<Message> {
    private let key: @Sendable (Message) -> Key
    private var numbers: [Key: Int] = [:]

    init(key: @escaping @Sendable (Message) -> Key) {
        self.key = key
    }

    override func number(like message: Message) -> Int? { numbers[key(message)] }
    override func set(_ message: Message, number: Int) { numbers[key(message)] = number }
    override func remove(_ message: Message) { numbers[key(message)] = nil }
    override func removeAll() { numbers.removeAll(keepingCapacity: true) }
}
