/// What a mailbox does with a message for which it has no room, and with one that belongs to another which
/// waits already.
public struct Overflow<Message: Sendable>: Sendable {
    @usableFromInline
    enum Rule: Sendable {
        case refuseNewest
        case dropOldest
        case combine(places: @Sendable () -> MailboxPlaces<Message>, merge: Merge?)
    }

    /// Brings a newer message into the one that waits; nil replaces that.
    @usableFromInline
    typealias Merge = @Sendable (_ waiting: inout Message, _ newest: Message) -> Void

    @usableFromInline let rule: Rule

    @inlinable
    init(_ rule: Rule) {
        self.rule = rule
    }

    /// The sender is told `false` and keeps it: for work that the sender can repeat or refuse in turn.
    public static var refuseNewest: Overflow { Overflow(.refuseNewest) }

    /// The longest waiting messages are thrown away until there is room: for news, where the latest counts.
    public static var dropOldest: Overflow { Overflow(.dropOldest) }

    /// At most one message a key waits, the latest, in the place of the first: for states that replace each
    /// other. A key for which there is no room is refused.
    ///
    /// - Parameter key: called under the mailbox's lock, so it only looks; gives one answer for one message.
    @inlinable
    public static func keepLatest<Key: Hashable & Sendable>(
        by key: @escaping @Sendable (Message) -> Key
    ) -> Overflow {
        Overflow(.combine(places: { KeyedPlaces(key: key) }, merge: nil))
    }

    /// At most one message a key waits; a newer one is merged into it where it waits: for sums and sets. A
    /// key for which there is no room is refused.
    ///
    /// - Parameters:
    ///   - key: called under the mailbox's lock, so it only looks; gives one answer for one message.
    ///   - combine: brings the newer message into the one that waits, whose key stays the same and whose
    ///     weight becomes at most that of both. Called under the mailbox's lock: neither it nor the end of
    ///     what it throws away may touch the mailbox.
    @inlinable
    public static func merge<Key: Hashable & Sendable>(
        by key: @escaping @Sendable (Message) -> Key,
        _ combine: @escaping @Sendable (_ waiting: inout Message, _ newest: Message) -> Void
    ) -> Overflow {
        Overflow(.combine(places: { KeyedPlaces(key: key) }, merge: combine))
    }
}
