public import ConclavePrimitives

/// Messages from any thread to one reader, in the order in which they were accepted, more urgent ones first;
/// never more than was agreed when it was made.
///
/// Offering never waits, so a mailbox can be fed from a loop's callbacks. Costs a lock and no allocation a
/// message, once the memory for what waits at most is there; a reader that takes everything, and a sender
/// that offers many, pay the lock once. Cancelling the reader's task ends its wait and takes no message with
/// it.
public final class Mailbox<Message: Sendable>: Sendable {
    @usableFromInline let terms: MailboxTerms<Message>
    @usableFromInline let gathering = MailboxGathering()
    @usableFromInline let state: Lock<MailboxState<Message>>

    /// - Parameters:
    ///   - capacity: most messages of one ``Urgency`` that wait at once; at least 1.
    ///   - overflow: what becomes of a message for which there is no room.
    @inlinable
    public init(capacity: Int, overflow: Overflow<Message>) {
        terms = MailboxTerms(capacity: capacity, bytesMax: .max, weigh: nil, overflow: overflow)
        state = Lock(MailboxState(terms))
    }

    /// A mailbox that is bounded in bytes, too. A message heavier than `bytes` is refused whatever `overflow`
    /// says.
    ///
    /// - Parameters:
    ///   - capacity: most messages of one ``Urgency`` that wait at once; at least 1.
    ///   - bytes: most bytes that the messages of one ``Urgency`` weigh together.
    ///   - overflow: what becomes of a message for which there is no room.
    ///   - weight: bytes that a message is charged; a negative weight is none. Called under the mailbox's
    ///     lock, so it only looks; gives one answer as long as a message waits.
    @inlinable
    public init(
        capacity: Int, bytes: Int, overflow: Overflow<Message>, weight: @escaping @Sendable (Message) -> Int
    ) {
        terms = MailboxTerms(capacity: capacity, bytesMax: bytes, weigh: weight, overflow: overflow)
        state = Lock(MailboxState(terms))
    }

    /// Most messages of one ``Urgency`` that wait at once.
    public var capacity: Int { terms.capacity }

    // MARK: Offering

    /// Leaves a message for the reader. False when it was not accepted: the mailbox is closed, or has no room
    /// and refuses.
    @inlinable
    @discardableResult
    public func offer(_ message: Message, _ urgency: Urgency = .normal) -> Bool {
        var dropped = DroppedMessages<Message>()
        let (accepted, reader) = state.withLock { state -> (Bool, SuspendedTask?) in
            guard !state.isClosed else { return (false, nil) }
            let accepted = state.lanes[urgency.rawValue].offer(message, terms, &dropped)
            return (accepted, accepted ? state.reader.take() : nil)
        }
        reader?.resume()
        return accepted
    }

    /// Leaves many messages for the reader, with one lock, as if offered one after another until one is
    /// refused. What comes behind that counts as refused, too.
    ///
    /// - Returns: how many were accepted, from the front.
    @inlinable
    @discardableResult
    public func offer(
        contentsOf messages: some Collection<Message> & Sendable, _ urgency: Urgency = .normal
    ) -> Int {
        var dropped = DroppedMessages<Message>()
        let (accepted, reader) = state.withLock { state -> (Int, SuspendedTask?) in
            guard !state.isClosed else { return (0, nil) }
            let accepted = state.lanes[urgency.rawValue].offer(contentsOf: messages, terms, &dropped)
            return (accepted, accepted > 0 ? state.reader.take() : nil)
        }
        reader?.resume()
        return accepted
    }

    // MARK: Reading

    /// The next message; nil when the mailbox is closed and everything accepted has been read, or when the
    /// calling task is cancelled. One reader at a time.
    @inlinable
    public func next() async -> Message? {
        while !Task.isCancelled {
            let (message, isClosed) = state.withLock { state in (state.popFirst(terms), state.isClosed) }
            if let message { return message }
            guard !isClosed else { return nil }  // I10
            await waitForMessage()
        }
        return nil
    }

    /// Replaces the content of `messages` by everything that waits, at least one message, with one lock. The
    /// mailbox and its reader exchange their memory, so that none is allocated. False, with `messages` empty,
    /// where ``next()`` gives nil.
    ///
    /// While messages come in small numbers the reader pauses before it looks, a few microseconds at most, so
    /// that a batch gathers. It keeps its thread meanwhile.
    @inlinable
    public func take(into messages: inout [Message]) async -> Bool {
        messages.removeAll(keepingCapacity: true)
        var pauses = gathering.pauses
        while !Task.isCancelled {
            gathering.wait(pauses)
            let isClosed = takeAll(into: &messages)
            guard messages.isEmpty else {
                gathering.found(messages.count, after: pauses)
                return true
            }
            guard !isClosed else { return false }
            if pauses == 0 { await waitForMessage() }
            pauses /= 2
        }
        return false
    }

    /// Whether the mailbox is closed.
    @inlinable
    func takeAll(into messages: inout [Message]) -> Bool {
        state.withLock { state in
            state.takeAll(into: &messages)
            return state.isClosed
        }
    }

    /// The next message if one is there.
    @inlinable
    public func poll() -> Message? {
        state.withLock { $0.popFirst(terms) }
    }

    // MARK: Ending

    /// Accepts nothing more. The reader still gets what was accepted, then nil.
    public func close() {
        let reader = state.withLock { state -> SuspendedTask? in
            state.isClosed = true
            return state.reader.take()
        }
        reader?.resume()
    }

    // MARK: Figures

    /// Messages that wait now.
    public var count: Int { state.withLock { state in state.sum { $0.count } } }

    /// What the messages that wait now weigh; 0 in a mailbox that is not bounded in bytes.
    public var bytes: Int { state.withLock { state in state.sum { $0.bytes } } }

    /// Messages that were refused or dropped because there was no room.
    public var lost: Int { state.withLock { state in state.sum { $0.lost } } }

    /// Messages that went into one that waited under the same key.
    public var combined: Int { state.withLock { state in state.sum { $0.combined } } }

    // MARK: Waiting

    /// Returns when there is something to read, the mailbox is closed or the task is cancelled.
    @usableFromInline
    func waitForMessage(isolation: isolated (any Actor)? = #isolation) async {
        let note = WaitNote.begin(.message)
        defer { note?.end() }
        await withTaskCancellationHandler {
            _ = isolation  // captured, so that the closure runs where the caller does: one job, not two
            await unsafe withUnsafeContinuation { continuation in
                let reader = unsafe SuspendedTask(continuation)
                let mustWait = state.withLock { state -> Bool in
                    guard state.isEmpty, !state.isClosed else { return false }  // I9
                    precondition(state.reader == nil, "a mailbox has one reader at a time")
                    state.reader = reader
                    return true
                }
                if !mustWait {
                    reader.resume()
                } else if Task.isCancelled {
                    wakeReader()  // the handler below may have run before there was a reader
                }
            }
        } onCancel: {
            wakeReader()
        }
    }

    private func wakeReader() {
        let reader = state.withLock { $0.reader.take() }
        reader?.resume()
    }
}

extension Mailbox: AsyncSequence {
    /// Ends where ``Mailbox/next()`` gives nil.
    public struct Iterator: AsyncIteratorProtocol {
        let mailbox: Mailbox

        public mutating func next() async -> Message? { await mailbox.next() }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> Message? {
            await mailbox.next()
        }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(mailbox: self) }
}
