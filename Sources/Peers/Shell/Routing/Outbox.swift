import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// What waits for one peer, shared between the senders and the link. Bounded; nobody ever waits in it.
@safe
final class Outbox: MemoryClaimant {
    private struct State: ~Copyable {
        // The lanes are large, and a message touches the first of them and few of the others: they come last,
        // so that the rest lies in one or two cache lines.
        var isScheduled = false
        var isClosed = false
        /// Bytes that the last message needed which was refused for the node's budget.
        var starvedOf: Int?
        /// By slot.
        var quotas: [ChannelQuota?]
        var books: OutboxBooks
        /// What the peer takes, as its hello says; nil before, and in the commonware profile.
        var terms: LinkTerms?
        /// Whether it takes less than we on any channel.
        var isNarrower = false
        var waiters: [Waiter] = []
        var waitersEver: UInt64 = 0
        var lanes: OutgoingLanes

        func takes(_ bytes: Int, on slot: Int) -> Bool {
            guard let terms else { return true }
            return terms.messageBytesMax[slot].map { bytes <= $0 } ?? false
        }

        mutating func takeWaitersIfRoom() -> [Waiter] {
            !waiters.isEmpty && lanes.isHalfEmpty && starvedOf == nil ? exchange(&waiters, with: []) : []
        }
    }

    private typealias Waiter = (number: UInt64, task: SuspendedTask)

    private let memory: NodeMemory
    /// Those of `memory`, for each message: it counts no reference.
    @safe private let segments: Unmanaged<SegmentPool>
    private let clock: any RuntimeClock
    /// The largest message of ours, on any channel.
    private let messageBytesMax: Int
    private let state: Lock<State>

    /// `quotas`: one entry per channel slot.
    init(
        messagesMax: Int, bytesMax: Int, quotas: [ChannelQuota?], layout: RecordLayout = .singles,
        messageBytesMax: Int = 0, memory: NodeMemory, clock: any RuntimeClock
    ) {
        let lanes = OutgoingLanes(
            messagesMax: messagesMax, bytesMax: bytesMax, layout: layout, memory: memory.queue())
        state = Lock(State(quotas: quotas, books: OutboxBooks(slots: quotas.count), lanes: lanes))
        self.memory = memory
        unsafe segments = .passUnretained(memory.segments)
        self.clock = clock
        self.messageBytesMax = messageBytesMax
    }

    /// What became of an offer.
    enum Answer {
        /// `wake`: the link has to be told, for it was not scheduled.
        case accepted(wake: Bool)
        case refused(Refusal)
    }

    // MARK: Senders, any thread

    /// - Parameters:
    ///   - compressed: the same message in short, for who takes that.
    ///   - limitedNow: the time if the channel has a quota; nil saves reading the clock.
    @inline(__always)
    func offer(
        _ message: [UInt8], compressed: [UInt8]? = nil, to channel: OutgoingChannel, priority: Priority,
        limitedNow now: Instant?
    ) -> Answer {
        state.withLock { state in
            guard !state.isClosed else { return .refused(.notConnected) }
            if state.isNarrower, !state.takes(message.count, on: channel.slot) {
                state.books.notTaken += 1
                return .refused(.notTaken)
            }
            var quota = now == nil ? nil : state.quotas[channel.slot]
            if let now, let until = quota?.take(bytes: message.count, at: now) {
                state.books.limited += 1
                return .refused(.limited(until: until))
            }
            let answer =
                if let compressed, state.terms?.isCompressionAllowed[channel.slot] == true {
                    append(compressed, .lz4, channel, priority, &state)
                } else {
                    unsafe segments._withUnsafeGuaranteedRef { segments in
                        state.lanes.append(
                            message, coding: .raw, channel: channel.number, priority: priority,
                            segments: segments, now: { clock.now })
                    }
                }
            guard case .taken = answer else { return refuse(message.count, for: answer, &state) }
            // Charged only now: what the full outbox refused has used up nothing.
            if quota != nil { state.quotas[channel.slot] = quota }
            if state.starvedOf != nil { state.starvedOf = nil }
            state.books.accepted(message.count, slot: channel.slot)  // I4
            defer { state.isScheduled = true }
            return .accepted(wake: !state.isScheduled)
        }
    }

    @inline(never)
    private func append(
        _ message: [UInt8], _ coding: MessageCoding, _ channel: OutgoingChannel, _ priority: Priority,
        _ state: inout State
    ) -> OutgoingLanes.Answer {
        state.lanes.append(
            message, coding: coding, channel: channel.number, priority: priority, segments: memory.segments,
            now: { clock.now })
    }

    @inline(never)
    private func refuse(
        _ bytes: Int, for answer: OutgoingLanes.Answer, _ state: inout State
    ) -> Answer {
        switch answer {
        case .overBudget:
            state.starvedOf = max(bytes, SegmentPool.largeBytes)
            state.books.overBudget += 1
            return .refused(.overBudget)
        case .full, .taken:
            state.books.queueFull += 1
            return .refused(.queueFull)
        }
    }

    /// Suspends until the outbox is at most half full or closed, or the task is cancelled: for those who
    /// flood on purpose. If the last message was refused for the node's budget, also until there is memory.
    func room() async {
        let number = state.withLock { state in
            state.waitersEver += 1
            return state.waitersEver
        }
        let note = WaitNote.begin(.room)
        defer { note?.end() }
        await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { unsafe park(number, SuspendedTask($0)) }
        } onCancel: {
            letGo(number)
        }
    }

    private func park(_ number: UInt64, _ task: SuspendedTask) {
        let (goesOn, claim) = state.withLock { state -> (Bool, Int?) in
            let hasRoom = state.lanes.isHalfEmpty && state.starvedOf == nil
            if state.isClosed || hasRoom || Task.isCancelled { return (true, nil) }
            state.waiters.append((number, task))
            return (false, state.starvedOf)
        }
        if goesOn { task.resume() }
        if let claim { memory.budget.claim(claim, for: self) }
    }

    func memoryCameFree() {
        let waiters = state.withLock { state -> [Waiter] in
            state.starvedOf = nil
            return state.takeWaitersIfRoom()
        }
        for waiter in waiters { waiter.task.resume() }
    }

    private func letGo(_ number: UInt64) {
        let waiter = state.withLock { state -> SuspendedTask? in
            guard let place = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiters.remove(at: place).task
        }
        waiter?.resume()
    }

    // MARK: The link, on its executor

    /// Moves what waits to the packer.
    func take(into packer: inout RecordPacker) {
        state.withLock { state in
            state.isScheduled = false
            packer.take(from: &state.lanes)
        }
    }

    /// Whether the link has to be given a turn: not if one is coming already.
    func schedule() -> Bool {
        state.withLock { state in
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
    }

    /// The peer's hello came.
    func agreed(_ terms: LinkTerms) {
        state.withLock { state in
            state.terms = terms
            state.isNarrower = terms.messageBytesMax.contains { $0 ?? 0 < messageBytesMax }
            state.lanes.agreed(recordBytes: terms.recordBytes)
        }
    }

    /// Adds a ping of the `commonware` profile.
    func appendPing() {
        let now = clock.now
        state.withLock { $0.lanes.appendPing(segments: memory.segments, at: now) }
    }

    /// Adds a record of the peer layer itself.
    func append(control plaintext: [UInt8]) {
        let now = clock.now
        state.withLock { $0.lanes.appendControl(plaintext, segments: memory.segments, at: now) }
    }

    /// So much was sealed: it counts no longer.
    func sealed(messages: Int, bytes: Int) {
        let waiters = state.withLock { state -> [Waiter] in
            state.lanes.sealed(messages: messages, bytes: bytes)
            return state.takeWaitersIfRoom()
        }
        for waiter in waiters { waiter.task.resume() }
    }

    /// So much memory of what was sealed is not needed any more.
    func freed(_ bytes: Int) {
        memory.budget.give(state.withLock { $0.lanes.freed(bytes) })
    }

    /// Accepts nothing more and lets go of who waits for room.
    func close() {
        let waiters = state.withLock { state -> [Waiter] in
            state.isClosed = true
            return exchange(&state.waiters, with: [])
        }
        memory.budget.drop(self)
        for waiter in waiters { waiter.task.resume() }
    }

    /// Lets go of what waits; the link has ended.
    func discard() {
        memory.budget.give(state.withLock { $0.lanes.discard() })
    }

    /// Messages accepted since the beginning, and those not sealed yet.
    var counts: (accepted: UInt64, queued: Int, queuedBytes: Int) {
        state.withLock { ($0.books.acceptedMessages, $0.lanes.messages, $0.lanes.bytes) }
    }

    /// What was accepted and refused since the beginning.
    var books: OutboxBooks { state.withLock { $0.books } }

    /// Bytes of memory that are pinned for this peer until they are written.
    var held: Int { state.withLock { $0.lanes.held } }
}
