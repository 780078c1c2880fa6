import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// What a link does with the messages it read: quota, then the peer's lane in the channel's inbox. Says
/// whether reading may go on.
struct LinkInput {
    /// Stored: to a computed one all of this would be copied, at each read.
    private(set) var mayRead = true
    private let channels: [ChannelRegistry.Entry]
    private var slots: ShortList<Slot>
    /// Until when the peer is read in small bites, because it was throttled a while ago.
    private var bitesUntil: Instant?
    /// Whether the peer has its lanes: not if the link ends before it opened.
    private var hasLanes = false
    private var pausedLanes = 0 {
        didSet { mayRead = reading == .open }
    }
    /// Until when the peer is not read because it sends more than its quotas allow.
    private(set) var throttledUntil: Instant? {
        didSet { mayRead = reading == .open }
    }
    private let peer: PeerID
    /// By slot.
    private var quotas: [ChannelQuota?]
    /// For what the peer layer itself sends in the native profile: no item is free.
    private var controlQuota = ChannelQuota(messages: Self.controlItems, bytes: Self.controlBytes)

    /// Messages and their bytes.
    struct Count {
        var messages: UInt64 = 0, bytes: UInt64 = 0
    }

    /// What the peer has of one channel.
    private struct Slot {
        /// The place of its lane in the channel's inbox.
        var lane = 0
        var hasQuota = false
        var received = Count()
    }

    /// Bytes of a bite. Who sends too much has a full socket whenever it is read again: all of it at once
    /// would keep the other links of the loop, and whoever else waits in the inbox, waiting again and again.
    private static let biteBytes = 4_096
    /// Ten times what a peer has to say, with as many of the shortest timers as configurations allow.
    private static let controlItems = Rate(256, per: .seconds(1))
    private static let controlBytes = Rate(262_144, per: .seconds(1))
    /// How long it has to keep within its quotas before it is read as others are: as long as a whole quota
    /// takes to be earned anew.
    private static let bitesLast = Duration.seconds(1)

    init(peer: PeerID, channels: [ChannelRegistry.Entry], quotas: [ChannelQuota?]) {
        self.peer = peer
        self.channels = channels
        self.quotas = quotas
        slots = ShortList(repeating: Slot(), count: quotas.count)
        for slot in quotas.indices { slots[slot].hasQuota = quotas[slot] != nil }
    }

    /// Writes down what arrived on each channel. Mutating, although it changes nothing, for the reason that
    /// ``loadAhead()`` is.
    mutating func count(into channels: inout [ChannelTally]) {
        for slot in slots.indices {
            channels[slot].received = slots[slot].received.messages
            channels[slot].receivedBytes = slots[slot].received.bytes
        }
    }

    var reading: LinkReport.Reading {
        if pausedLanes > 0 { return .paused }
        return throttledUntil == nil ? .open : .throttled
    }

    mutating func open(owner: any LaneOwner) {
        hasLanes = true
        for (slot, channel) in channels.enumerated() {
            let (place, isPaused) = channel.inbox.openLane(for: peer, owner: owner)
            slots[slot].lane = place
            if isPaused { pausedLanes += 1 }
        }
    }

    func close(owner: any LaneOwner) {
        guard hasLanes else { return }
        for slot in slots.indices { channels[slot].inbox.closeLane(slots[slot].lane, owner: owner) }
    }

    mutating func take(
        _ batch: consuming Batch, slot: Int, owner: any LaneOwner, at now: Instant, _ tally: inout LinkTally
    ) {
        let messages = batch.count, cost = batch.cost
        tally.received += UInt64(messages)
        tally.receivedBytes += UInt64(batch.byteCount)
        slots[slot].received.messages += UInt64(messages)
        slots[slot].received.bytes += UInt64(batch.byteCount)
        if slots[slot].hasQuota,
            let until = quotas[slot]?.charge(messages: messages, cost: cost, at: now)
        {
            throttle(until: until)
        }
        switch channels[slot].inbox.offer(batch, lane: slots[slot].lane, owner: owner) {
        case .taken: tally.queued += UInt64(messages)
        case .pause:
            tally.queued += UInt64(messages)
            pausedLanes += 1
        case .dropped(let count):
            tally.queued += UInt64(messages - count)
            tally.laneFull += UInt64(count)
        case .overBudget(let count):
            tally.overBudget += UInt64(count)
        }
    }

    /// Begins to load the lane that messages mostly go to, while they are still sealed. Mutating, although it
    /// changes nothing, so that all this is looked at where it lies and not copied.
    mutating func loadAhead() {
        guard !channels.isEmpty else { return }
        let lane = slots[0].lane
        unsafe Unmanaged.passUnretained(channels[0].inbox)._withUnsafeGuaranteedRef { $0.loadAhead(lane) }
    }

    /// Charges an item that is no message. Padding counts with all its bytes, the others are short.
    mutating func charge(_ item: ControlItem, at now: Instant) {
        let bytes =
            switch item {
            case .padding(let count): count
            case .hello, .discovery, .ping, .pong, .goodbye: 0
            }
        if let until = controlQuota.charge(messages: 1, cost: bytes + Batch.frameBytes, at: now) {
            throttle(until: until)
        }
    }

    mutating func lanesResumed(_ count: Int) {
        pausedLanes -= count
    }

    /// Bytes to read at once at most. Asks for the time only if that matters.
    mutating func readBytesMax(at now: @autoclosure () -> Instant) -> Int {
        guard let bitesUntil else { return .max }
        if now() < bitesUntil { return Self.biteBytes }
        self.bitesUntil = nil
        return .max
    }

    mutating func throttle(until: Instant) {
        let until = max(throttledUntil ?? until, until)
        throttledUntil = until
        bitesUntil = until.advanced(by: Self.bitesLast)
    }

    mutating func throttleEnded(at now: Instant) {
        guard let until = throttledUntil, until <= now else { return }
        throttledUntil = nil
        for slot in quotas.indices {
            if let until = quotas[slot]?.charge(messages: 0, cost: 0, at: now) { throttle(until: until) }
        }
        if let until = controlQuota.charge(messages: 0, cost: 0, at: now) { throttle(until: until) }
    }
}
