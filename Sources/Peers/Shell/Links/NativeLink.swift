import ConclavePeersCore
import ConclaveTransport

/// What a link of the native profile keeps beside what all have.
struct NativeLink {
    private enum Speech {
        /// Our hello is not written: nothing else may be.
        case nothing
        case begun
        /// Our goodbye is written, or not to be.
        case ended
    }

    private let budget: MemoryBudget
    /// What messages hold of which pieces are missing. They have no floor of their own; there are at most
    /// five at a time, and what has arrived of them must not be lost.
    private var memory: QueueMemory
    private var speech = Speech.nothing
    /// Whether what both sides may do is known.
    private(set) var hasAgreed = false
    var pieces = PieceWatch()
    /// What the peer's hello says of its program.
    var agent: String?

    init(memory: NodeMemory) {
        budget = memory.budget
        self.memory = QueueMemory(memory.budget, floor: 0)
    }

    /// Bytes that unfinished messages hold.
    var held: Int { memory.held }

    /// Unfinished messages hold so much now.
    mutating func hold(_ bytes: Int) {
        let change = bytes - memory.held
        if change > 0 { _ = memory.takeRegardless(change) }
        if change < 0 { budget.give(memory.release(-change)) }
    }

    /// What both sides may do is known from now on.
    mutating func agree() { hasAgreed = true }

    /// Our hello is about to be written.
    mutating func hasSpoken() { speech = .begun }

    /// What the peer is to be told of the link's end, once; nil if nothing.
    mutating func farewell(_ reason: CloseReason) -> GoodbyeReason? {
        guard speech == .begun, let goodbye = reason.goodbye else { return nil }
        speech = .ended
        return goodbye
    }

    mutating func keepSilent() { speech = .ended }

    /// The link has ended.
    mutating func end() {
        pieces.forget()
        budget.give(memory.releaseAll())
    }
}
