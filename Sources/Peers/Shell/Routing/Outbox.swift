import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// What waits for one peer, shared between the senders and the link. Bounded; nobody ever waits in it.
final class Outbox: Sendable {
    private struct State: ~Copyable {
        var lanes: OutgoingLanes
        /// By slot.
        var quotas: [ChannelQuota?]
        var isScheduled = false
        var isClosed = false
        var accepted: UInt64 = 0
        var waiters: [(number: UInt64, task: SuspendedTask)] = []
        var waitersEver: UInt64 = 0
    }

    private let state: Lock<State>
    private let segments: SegmentPool

    /// `quotas`: one entry per channel slot.
    init(messagesMax: Int, bytesMax: Int, quotas: [ChannelQuota?], segments: SegmentPool) {
        state = Lock(
            State(lanes: OutgoingLanes(messagesMax: messagesMax, bytesMax: bytesMax), quotas: quotas))
        self.segments = segments
    }

    /// What became of an offer.
    enum Answer {
        /// `wake`: the link has to be told, for it was not scheduled.
        case accepted(wake: Bool)
        case refused(Refusal)
    }

    // MARK: Senders, any thread

    /// `limitedNow`: the time if the channel has a quota; nil saves reading the clock.
    @inline(__always)
    func offer(
        _ message: [UInt8], to channel: OutgoingChannel, priority: Priority, limitedNow now: Instant?
    ) -> Answer {
        state.withLock { state in
            guard !state.isClosed else { return .refused(.notConnected) }
            var quota = now == nil ? nil : state.quotas[channel.slot]
            if let now, let until = quota?.take(1, at: now) {
                return .refused(.limited(until: until))
            }
            guard state.lanes.append(message, channel: channel.number, priority: priority, segments: segments)
            else {
                return .refused(.queueFull)
            }
            // Charged only now: what the full outbox refused has used up nothing.
            if quota != nil { state.quotas[channel.slot] = quota }
            state.accepted += 1  // I4
            defer { state.isScheduled = true }
            return .accepted(wake: !state.isScheduled)
        }
    }

    /// Suspends until the outbox is at most half full or closed, or the task is cancelled: for those who
    /// flood on purpose.
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
        let goesOn = state.withLock { state in
            if state.isClosed || state.lanes.isHalfEmpty || Task.isCancelled { return true }
            state.waiters.append((number, task))
            return false
        }
        if goesOn { task.resume() }
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

    func appendPing() {
        state.withLock { $0.lanes.appendPing(segments: segments) }
    }

    /// Adds a record of the peer layer itself.
    func append(control plaintext: [UInt8]) {
        state.withLock { $0.lanes.appendControl(plaintext, segments: segments) }
    }

    /// So much was sealed: it counts no longer.
    func sealed(messages: Int, bytes: Int) {
        let waiters = state.withLock { state -> [(number: UInt64, task: SuspendedTask)] in
            state.lanes.sealed(messages: messages, bytes: bytes)
            return state.lanes.isHalfEmpty ? exchange(&state.waiters, with: []) : []
        }
        for waiter in waiters { waiter.task.resume() }
    }

    /// Accepts nothing more and lets go of who waits for room.
    func close() {
        let waiters = state.withLock { state -> [(number: UInt64, task: SuspendedTask)] in
            state.isClosed = true
            return exchange(&state.waiters, with: [])
        }
        for waiter in waiters { waiter.task.resume() }
    }

    /// Lets go of what waits; the link has ended.
    func discard() {
        state.withLock { $0.lanes = OutgoingLanes(messagesMax: 0, bytesMax: 0) }
    }

    /// Messages accepted since the beginning, and those not sealed yet.
    var counts: (accepted: UInt64, queued: Int, queuedBytes: Int) {
        state.withLock { ($0.accepted, $0.lanes.messages, $0.lanes.bytes) }
    }
}
