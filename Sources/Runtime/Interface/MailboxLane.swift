/// What waits in a mailbox under one urgency, in two arrays: offers go to the end of one, the reader takes
/// from the end of the other.
///
/// Plain arrays can be swapped with the reader's own, so that it takes everything at the cost of one message,
/// and what leaves at their ends is let go of at once.
///
/// All of it can be inlined, and must: generic code that is not specialised allocates for every access to an
/// array's element.
@usableFromInline
struct MailboxLane<Message: Sendable> {
    /// The oldest, turned round: the first to leave is the last.
    @usableFromInline var older: [Message] = []
    /// What came after those, in order.
    @usableFromInline var newer: [Message] = []
    /// What waits weighs so much; zero in a mailbox that weighs nothing.
    @usableFromInline var bytes = 0
    /// Messages that have left since the beginning: the number of the first that waits. Counted only where
    /// messages have keys.
    @usableFromInline var firstNumber = 0
    /// Messages refused or dropped for want of room, and those combined with one that waited.
    @usableFromInline var lost = 0, combined = 0
    /// Only where messages have keys.
    @usableFromInline let places: MailboxPlaces<Message>?

    @inlinable
    init(_ terms: MailboxTerms<Message>) {
        switch terms.overflow.rule {
        case .combine(let places, _): self.places = places()
        case .refuseNewest, .dropOldest: places = nil
        }
    }

    @inlinable var count: Int { older.count + newer.count }
    @inlinable var isEmpty: Bool { newer.isEmpty && older.isEmpty }

    // MARK: Offering

    @inlinable
    mutating func offer(
        _ message: Message, _ terms: MailboxTerms<Message>, _ dropped: inout DroppedMessages<Message>
    ) -> Bool {
        guard terms.isPlain else { return offer(weighing: message, terms, &dropped) }
        if count >= terms.capacity {  // I5
            guard case .dropOldest = terms.overflow.rule, let oldest = popFirst(terms) else {
                return refuse()
            }
            lost += 1
            dropped.append(oldest)
        }
        newer.append(message)
        return true
    }

    /// The same where messages are weighed or have keys.
    @inlinable
    mutating func offer(
        weighing message: Message, _ terms: MailboxTerms<Message>,
        _ dropped: inout DroppedMessages<Message>
    ) -> Bool {
        let weight = terms.weight(of: message)
        if let number = places?.number(like: message) {
            return combine(message, weight, into: number - firstNumber, terms, &dropped)
        }
        while count == terms.capacity || weight > terms.bytesMax - bytes {
            guard case .dropOldest = terms.overflow.rule, weight <= terms.bytesMax,
                let oldest = popFirst(terms)
            else { return refuse() }
            lost += 1
            dropped.append(oldest)
        }
        places?.set(message, number: firstNumber + count)
        newer.append(message)
        bytes += weight
        return true
    }

    /// Brings `message` into the one that waits behind `offset` others.
    @inlinable
    mutating func combine(
        _ message: Message, _ weight: Int, into offset: Int, _ terms: MailboxTerms<Message>,
        _ dropped: inout DroppedMessages<Message>
    ) -> Bool {
        guard case .combine(_, let merge) = terms.overflow.rule else { return refuse() }
        let isOlder = offset < older.count
        let place = isOlder ? older.count - 1 - offset : offset - older.count
        let others = bytes - terms.weight(of: isOlder ? older[place] : newer[place])
        guard weight <= terms.bytesMax - (merge == nil ? others : bytes) else { return refuse() }
        let weightAfter =
            isOlder
            ? Self.combine(message, into: &older[place], merge, terms, &dropped)
            : Self.combine(message, into: &newer[place], merge, terms, &dropped)
        bytes = others + weightAfter
        combined += 1
        return true
    }

    /// Returns what `waiting` weighs then.
    @inlinable
    static func combine(
        _ message: Message, into waiting: inout Message, _ merge: Overflow<Message>.Merge?,
        _ terms: MailboxTerms<Message>, _ dropped: inout DroppedMessages<Message>
    ) -> Int {
        if let merge {
            merge(&waiting, message)
        } else {
            dropped.append(exchange(&waiting, with: message))
        }
        return terms.weight(of: waiting)
    }

    @inlinable
    mutating func refuse() -> Bool {
        lost += 1
        return false
    }

    /// As many from the front of `messages` as are accepted; returns how many.
    @inlinable
    mutating func offer(
        contentsOf messages: some Collection<Message>, _ terms: MailboxTerms<Message>,
        _ dropped: inout DroppedMessages<Message>
    ) -> Int {
        let total = messages.count
        if terms.isPlain, total <= terms.capacity - count {
            newer.append(contentsOf: messages)
            return total
        }
        var accepted = 0
        for message in messages {
            guard offer(message, terms, &dropped) else {
                lost += total - accepted - 1
                break
            }
            accepted += 1
        }
        return accepted
    }

    // MARK: Reading

    @inlinable
    mutating func popFirst(_ terms: MailboxTerms<Message>) -> Message? {
        if older.isEmpty {
            guard !newer.isEmpty else { return nil }
            swap(&older, &newer)
            older.reverse()
        }
        let message = older.removeLast()
        if !terms.isPlain { settle(message, terms) }
        return message
    }

    /// Takes `message`, which has left, out of the books.
    @inlinable
    mutating func settle(_ message: Message, _ terms: MailboxTerms<Message>) {
        bytes -= terms.weight(of: message)
        places?.remove(message)
        firstNumber += 1
    }

    /// Moves everything to the end of `messages`; swaps if that is empty.
    @inlinable
    mutating func takeAll(into messages: inout [Message]) {
        guard !isEmpty else { return }
        firstNumber += count
        bytes = 0
        places?.removeAll()
        if older.isEmpty, messages.isEmpty {
            swap(&newer, &messages)
        } else {
            messages.append(contentsOf: older.reversed())
            messages.append(contentsOf: newer)
            older.removeAll(keepingCapacity: true)
            newer.removeAll(keepingCapacity: true)
        }
    }
}
