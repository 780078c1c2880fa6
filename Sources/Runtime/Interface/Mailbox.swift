public import ConclavePrimitives

/// What a full mailbox does with one more message.
public enum Overflow: Sendable {
    /// The sender is told `false` and keeps it: for work that the sender can repeat or refuse in turn.
    case refuseNewest
    /// The longest waiting message is thrown away: for news, where the latest counts.
    case dropOldest
}

/// Messages from any thread to one reader, in the order in which they were accepted, never more than
/// `capacity`.
///
/// Offering never waits, so a mailbox can be fed from a loop's callbacks. Costs a lock and no allocation a
/// message. Cancelling the reader's task ends its wait with nil and takes no message with it.
public final class Mailbox<Message: Sendable>: Sendable {
    @usableFromInline
    struct State {
        @usableFromInline var waiting = RingBuffer<Message>()
        @usableFromInline var reader: SuspendedTask?
        @usableFromInline var isClosed = false
        @usableFromInline var lost = 0

        @inlinable
        init() {}
    }

    @usableFromInline
    enum Step: Sendable {
        case message(Message)
        case empty
        case closed
    }

    /// Most messages that wait at once; at least 1.
    public let capacity: Int
    public let overflow: Overflow
    @usableFromInline let state: Lock<State>

    @inlinable
    public init(capacity: Int, overflow: Overflow) {
        precondition(capacity > 0, "a mailbox holds at least one message")
        self.capacity = capacity
        self.overflow = overflow
        state = Lock(State())
    }

    /// Leaves a message for the reader. False when it was not accepted: the mailbox is closed, or full and
    /// refusing.
    @inlinable
    @discardableResult
    public func offer(_ message: Message) -> Bool {
        // What is dropped comes out of the lock: its end may ask this mailbox something.
        let (accepted, reader, _) = state.withLock { state -> (Bool, SuspendedTask?, Message?) in
            guard !state.isClosed else { return (false, nil, nil) }
            var dropped: Message?
            if state.waiting.count == capacity {
                state.lost += 1
                switch overflow {
                case .refuseNewest: return (false, nil, nil)
                case .dropOldest: dropped = state.waiting.popFirst()
                }
            }
            state.waiting.append(message)
            return (true, state.reader.take(), dropped)
        }
        reader?.resume()
        return accepted
    }

    /// The next message; nil when the mailbox is closed and everything accepted has been read, or when the
    /// calling task is cancelled. One reader at a time.
    @inlinable
    public func next() async -> Message? {
        while !Task.isCancelled {
            let step = state.withLock { state -> Step in
                if let message = state.waiting.popFirst() { return .message(message) }
                return state.isClosed ? .closed : .empty
            }
            switch step {
            case .message(let message): return message
            case .closed: return nil
            case .empty: await waitForMessage()
            }
        }
        return nil
    }

    /// Replaces the content of `messages` by everything that waits, at least one message; keeps its memory.
    /// False, with `messages` empty, where ``next()`` gives nil.
    @inlinable
    public func take(into messages: inout [Message]) async -> Bool {
        messages.removeAll(keepingCapacity: true)
        guard let first = await next() else { return false }
        messages.append(first)
        state.withLock { state in
            while let message = state.waiting.popFirst() { messages.append(message) }
        }
        return true
    }

    /// The next message if one is there.
    @inlinable
    public func poll() -> Message? {
        state.withLock { $0.waiting.popFirst() }
    }

    /// Accepts nothing more. The reader still gets what was accepted, then nil.
    public func close() {
        let reader = state.withLock { state -> SuspendedTask? in
            state.isClosed = true
            return state.reader.take()
        }
        reader?.resume()
    }

    /// Messages that wait now.
    public var count: Int { state.withLock { $0.waiting.count } }

    /// Messages that were refused or dropped because the mailbox was full.
    public var lost: Int { state.withLock { $0.lost } }

    /// Returns when there is something to read, the mailbox is closed or the task is cancelled.
    @usableFromInline
    func waitForMessage() async {
        await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { continuation in
                let reader = unsafe SuspendedTask(continuation)
                let mustWait = state.withLock { state -> Bool in
                    guard state.waiting.count == 0, !state.isClosed else { return false }
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
