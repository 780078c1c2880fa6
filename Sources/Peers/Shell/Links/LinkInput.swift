import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// What a link does with the messages it read: quota, then the peer's lane in the channel's inbox. Says
/// whether reading may go on.
struct LinkInput {
    private let peer: PeerID
    private let channels: [ChannelRegistry.Entry]
    private var slots: [Slot]
    /// Whether the peer has its lanes: not if the link ends before it opened.
    private var hasLanes = false
    private var pausedLanes = 0
    /// Until when the peer is not read because it sends more than its quotas allow.
    private(set) var throttledUntil: Instant?
    /// For what the peer layer itself sends in the native profile: no item is free.
    private var controlQuota = ChannelQuota(messages: Self.controlItems, bytes: Self.controlBytes)
    /// Until when the peer is read in small bites, because it was throttled a while ago.
    private var bitesUntil: Instant?

    /// What the peer has of one channel.
    private struct Slot {
        /// The place of its lane in the channel's inbox.
        var lane = 0
        var quota: ChannelQuota?
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
        slots = quotas.map { Slot(quota: $0) }
    }

    var mayRead: Bool { reading == .open }

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
        for (channel, slot) in zip(channels, slots) { channel.inbox.closeLane(slot.lane, owner: owner) }
    }

    mutating func take(
        _ batch: Batch, slot: Int, owner: any LaneOwner, at now: Instant, _ tally: inout LinkTally
    ) {
        tally.received += UInt64(batch.count)
        tally.receivedBytes += UInt64(batch.byteCount)
        tally.channels[slot].received += UInt64(batch.count)
        tally.channels[slot].receivedBytes += UInt64(batch.byteCount)
        if let until = slots[slot].quota?.charge(messages: batch.count, cost: batch.cost, at: now) {
            throttle(until: until)
        }
        switch channels[slot].inbox.offer(batch, lane: slots[slot].lane, owner: owner) {
        case .taken: tally.queued += UInt64(batch.count)
        case .pause:
            tally.queued += UInt64(batch.count)
            pausedLanes += 1
        case .dropped(let count):
            tally.queued += UInt64(batch.count - count)
            tally.laneFull += UInt64(count)
        case .overBudget(let count):
            tally.overBudget += UInt64(count)
        }
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

    /// Bytes to read at once at most.
    mutating func readBytesMax(at clock: any RuntimeClock) -> Int {
        guard let bitesUntil else { return .max }
        if clock.now < bitesUntil { return Self.biteBytes }
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
        for slot in slots.indices {
            if let until = slots[slot].quota?.charge(messages: 0, cost: 0, at: now) { throttle(until: until) }
        }
        if let until = controlQuota.charge(messages: 0, cost: 0, at: now) { throttle(until: until) }
    }
}
