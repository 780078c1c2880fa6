/// What a mailbox's lock guards.
@usableFromInline
struct MailboxState<Message: Sendable> {
    /// One for each ``Urgency``, the most urgent first.
    @usableFromInline var lanes: InlineArray<3, MailboxLane<Message>>
    @usableFromInline var reader: SuspendedTask?
    @usableFromInline var isClosed = false

    @inlinable
    init(_ terms: MailboxTerms<Message>) {
        lanes = InlineArray { _ in MailboxLane(terms) }
    }

    @inlinable var isEmpty: Bool { lanes[1].isEmpty && lanes[0].isEmpty && lanes[2].isEmpty }

    @inlinable
    mutating func popFirst(_ terms: MailboxTerms<Message>) -> Message? {
        for lane in lanes.indices {
            if let message = lanes[lane].popFirst(terms) { return message }
        }
        return nil
    }

    @inlinable
    mutating func takeAll(into messages: inout [Message]) {
        for lane in lanes.indices { lanes[lane].takeAll(into: &messages) }
    }

    /// Over all lanes.
    func sum(_ figure: (borrowing MailboxLane<Message>) -> Int) -> Int {
        lanes.indices.reduce(0) { $0 + figure(lanes[$1]) }
    }
}
