public import ConclavePeersCore
public import ConclaveTransport

/// The receiving end of a channel: `for await (peer, message) in receiver`. One task reads it.
///
/// Each peer has its own bounded lane and lanes are served in fair turn: one peer's flood costs that peer's
/// messages alone. The sequence ends when the network has shut down and everything accepted has been read, or
/// the task is cancelled.
public struct Receiver: AsyncSequence, Sendable {
    public typealias Element = (peer: PeerID, message: Message)

    let inbox: Inbox

    public func makeAsyncIterator() -> Iterator { Iterator(inbox: inbox) }

    /// The same messages in batches as they arrived: no copy and no reference count a message.
    public var batches: Batches { Batches(inbox: inbox) }

    /// Waits for messages and puts every lane's next batches, in fair turn, in place of what `batches` held.
    /// Leaves it empty at the end. The quickest way to read: no copy, no reference count and no allocation a
    /// message.
    public func next(into batches: inout [Batch]) async {
        await inbox.next(into: &batches)
    }

    public struct Iterator: AsyncIteratorProtocol {
        private let inbox: Inbox
        private var batches: [Batch] = []
        private var messages: [Message] = []
        /// How many of `batches` and of `messages` were taken.
        private var takenBatches = 0, takenMessages = 0

        init(inbox: Inbox) {
            self.inbox = inbox
        }

        public mutating func next() async -> Element? {
            while takenMessages == messages.count {
                guard let batch = await nextBatch() else { return nil }
                messages = batch.messages
                takenMessages = 0
            }
            defer { takenMessages += 1 }
            return (batches[takenBatches - 1].peer, messages[takenMessages])
        }

        private mutating func nextBatch() async -> Batch? {
            if takenBatches == batches.count {
                await inbox.next(into: &batches)
                takenBatches = 0
            }
            guard takenBatches < batches.count else { return nil }
            defer { takenBatches += 1 }
            return batches[takenBatches]
        }
    }

    /// Whole turns of batches; one task iterates.
    public struct Batches: AsyncSequence, AsyncIteratorProtocol, Sendable {
        private let inbox: Inbox

        init(inbox: Inbox) {
            self.inbox = inbox
        }

        public func makeAsyncIterator() -> Batches { self }

        /// Every lane's next batches, in fair turn; nil at the end.
        public mutating func next() async -> [Batch]? {
            var turn: [Batch] = []
            await inbox.next(into: &turn)
            return turn.isEmpty ? nil : turn
        }
    }
}
