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
        var waiters: [SuspendedTask] = []
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

    @inline(__always)
    func offer(_ message: [UInt8], to channel: OutgoingChannel, priority: Priority) -> Answer {
        state.withLock { state in
            guard !state.isClosed else { return .refused(.notConnected) }
            if let now = channel.limitedNow, let until = state.quotas[channel.slot]?.take(1, at: now) {
                return .refused(.limited(until: until))
            }
            guard state.lanes.append(message, channel: channel.number, priority: priority, segments: segments)
            else {
                return .refused(.queueFull)
            }
            state.accepted += 1
            defer { state.isScheduled = true }
            return .accepted(wake: !state.isScheduled)
        }
    }

    /// Suspends until the outbox is at most half full or closed: for those who flood on purpose.
    func room() async {
        await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let task = unsafe SuspendedTask(continuation)
            let hasRoom = state.withLock { state in
                if state.isClosed || state.lanes.isHalfEmpty { return true }
                state.waiters.append(task)
                return false
            }
            if hasRoom { task.resume() }
        }
    }

    // MARK: The link, on its executor

    /// Moves what waits to the packer.
    func take(into packer: inout RecordPacker) {
        state.withLock { state in
            state.isScheduled = false
            packer.take(from: &state.lanes)
        }
    }

    func appendPing() {
        state.withLock { $0.lanes.appendPing(segments: segments) }
    }

    /// So much was sealed: it counts no longer.
    func sealed(messages: Int, bytes: Int) {
        let waiters = state.withLock { state -> [SuspendedTask] in
            state.lanes.sealed(messages: messages, bytes: bytes)
            return state.lanes.isHalfEmpty ? exchange(&state.waiters, with: []) : []
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Accepts nothing more and lets go of who waits for room.
    func close() {
        let waiters = state.withLock { state -> [SuspendedTask] in
            state.isClosed = true
            return exchange(&state.waiters, with: [])
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Messages accepted since the beginning, and those not sealed yet.
    var counts: (accepted: UInt64, queued: Int, queuedBytes: Int) {
        state.withLock { ($0.accepted, $0.lanes.messages, $0.lanes.bytes) }
    }
}
