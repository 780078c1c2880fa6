import CConclaveSystem
import ConclaveRuntime

/// The epoll instance of one loop, and whom each descriptor belongs to.
///
/// A registration is named by its slot and the slot's generation. epoll reports events in batches, and one
/// event's owner may close another's descriptor and open a new one in its slot: the stale event then names
/// the wrong generation and is dropped.
@safe
struct Poller: ~Copyable {
    /// Names a registration.
    struct Token: Hashable, Sendable {
        let bits: UInt64

        init(bits: UInt64) { self.bits = bits }
        init(slot: Int, generation: UInt32) { bits = UInt64(generation) << 32 | UInt64(slot) }

        var slot: Int { Int(bits & 0xFFFF_FFFF) }
        var generation: UInt32 { UInt32(bits >> 32) }
    }

    private struct Slot {
        var source: (any EventSource)?
        var generation: UInt32 = 0
    }

    /// Negative once closed.
    private var descriptor: Int32
    private var slots: [Slot] = []
    private var free: [Int] = []
    private let events: UnsafeMutablePointer<conclave_event>

    /// Events taken from the kernel at once; more come in the next turn.
    private static let eventsMax = 64
    /// The waker's tag: no slot has this number, as there are never so many descriptors.
    private static let wakerTag = UInt64.max

    init(waker: Int32) throws(HostFailure) {
        let poll = conclave_poll_create()
        guard poll >= 0 else { throw HostFailure(poll, in: .epoll) }
        // Edge-triggered, so that the counter need not be read back: each write is a new edge.
        let code = conclave_poll_add(poll, waker, PollEvents([.readable, .edge]).rawValue, Self.wakerTag)
        guard code == 0 else {
            conclave_close(poll)
            throw HostFailure(code, in: .epoll)
        }
        descriptor = poll
        unsafe events = .allocate(capacity: Self.eventsMax)
    }

    deinit {
        unsafe events.deallocate()
    }

    /// Closes epoll's own descriptor; nothing may be watched or waited for afterwards.
    mutating func close() {
        if descriptor >= 0 { conclave_close(descriptor) }
        descriptor = -1
    }

    // MARK: Registrations

    mutating func register(_ source: any EventSource) -> Token {
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
        } else {
            slot = slots.count
            slots.append(Slot())
        }
        slots[slot].source = source
        return Token(slot: slot, generation: slots[slot].generation)
    }

    /// Changes what is watched; from or to nothing takes the descriptor out of epoll or puts it in, because
    /// epoll reports errors and hang-ups of all it holds.
    func watch(_ file: Int32, _ token: Token, from old: PollEvents, to new: PollEvents) throws(HostFailure) {
        guard old != new else { return }
        let code =
            if new.isEmpty {
                conclave_poll_remove(descriptor, file)
            } else if old.isEmpty {
                conclave_poll_add(descriptor, file, new.rawValue, token.bits)
            } else {
                conclave_poll_change(descriptor, file, new.rawValue, token.bits)
            }
        guard code == 0 else { throw HostFailure(code, in: .epoll) }
    }

    /// Forgets a registration; its descriptor must not be watched any more, or be closed right after.
    mutating func forget(_ token: Token) {
        guard source(of: token) != nil else { return }
        slots[token.slot].source = nil
        slots[token.slot].generation &+= 1
        free.append(token.slot)
    }

    func source(of token: Token) -> (any EventSource)? {
        guard token.slot < slots.count, slots[token.slot].generation == token.generation else { return nil }
        return slots[token.slot].source
    }

    /// Takes every registration out, when the loop ends.
    mutating func forgetAll() -> [any EventSource] {
        let sources = slots.compactMap(\.source)
        for slot in slots.indices where slots[slot].source != nil {
            forget(Token(slot: slot, generation: slots[slot].generation))
        }
        return sources
    }

    // MARK: Waiting

    /// Waits at most `timeout` milliseconds, without end if negative; returns how many events there are.
    func wait(timeout: Int32) -> Int {
        Int(max(0, unsafe conclave_poll_wait(descriptor, events, Int32(Self.eventsMax), timeout)))
    }

    /// One of the events just waited for; nil for the waker's.
    func event(_ index: Int) -> (Token, PollEvents)? {
        let event = unsafe events[index]
        guard event.tag != Self.wakerTag else { return nil }
        return (Token(bits: event.tag), PollEvents(rawValue: event.events))
    }
}
