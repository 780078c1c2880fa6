import ConclavePeersCore
import ConclavePrimitives
import ConclaveTransport

/// What a link does with the messages it read: quota, then the peer's lane in the channel's inbox. Says
/// whether reading may go on.
struct LinkInput {
    private let peer: PeerID
    private let channels: [ChannelRegistry.Entry]
    private var quotas: [ChannelQuota?]
    /// This peer's lane in each channel's inbox, by slot.
    private var lanes: [Int] = []
    private var pausedLanes = 0
    /// Until when the peer is not read because it sends more than its quotas allow.
    private(set) var throttledUntil: Instant?

    init(peer: PeerID, channels: [ChannelRegistry.Entry], quotas: [ChannelQuota?]) {
        self.peer = peer
        self.channels = channels
        self.quotas = quotas
    }

    var mayRead: Bool { reading == .open }

    var reading: LinkReport.Reading {
        if pausedLanes > 0 { return .paused }
        return throttledUntil == nil ? .open : .throttled
    }

    mutating func open(owner: any LaneOwner) {
        for channel in channels {
            let (place, isPaused) = channel.inbox.openLane(for: peer, owner: owner)
            lanes.append(place)
            if isPaused { pausedLanes += 1 }
        }
    }

    func close(owner: any LaneOwner) {
        for (channel, lane) in zip(channels, lanes) { channel.inbox.closeLane(lane, owner: owner) }
    }

    mutating func take(
        _ batch: Batch, slot: Int, owner: any LaneOwner, at now: Instant, _ tally: inout LinkTally
    ) {
        tally.received += UInt64(batch.count)
        tally.receivedBytes += UInt64(batch.byteCount)
        tally.channels[slot].received += UInt64(batch.count)
        tally.channels[slot].receivedBytes += UInt64(batch.byteCount)
        if let until = quotas[slot]?.charge(messages: batch.count, cost: batch.cost, at: now) {
            throttle(until: until)
        }
        switch channels[slot].inbox.offer(batch, lane: lanes[slot], owner: owner) {
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

    mutating func lanesResumed(_ count: Int) {
        pausedLanes -= count
    }

    mutating func throttle(until: Instant) {
        throttledUntil = max(throttledUntil ?? until, until)
    }

    mutating func throttleEnded(at now: Instant) {
        guard let until = throttledUntil, until <= now else { return }
        throttledUntil = nil
        for slot in quotas.indices {
            if let until = quotas[slot]?.charge(messages: 0, cost: 0, at: now) { throttle(until: until) }
        }
    }
}
