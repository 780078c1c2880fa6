import ConclaveCryptography

/// Consecutive messages of one channel that were opened into one slab and not handed on yet.
struct MessageRun {
    private let room: Int
    private let slabs: SlabPool?
    private(set) var slab: Slab?
    /// Where the run begins, and where it ends: the next record will be opened there.
    private(set) var start = 0
    var end = 0
    /// Of the channel of the run; told once for all its messages.
    private(set) var slot = 0, channel: UInt64 = 0, messageBytesMax: UInt32 = 0
    private(set) var count = 0, byteCount = 0

    /// A run in memory for `room` bytes, which is taken when it is needed.
    init(room: Int, slabs: SlabPool) {
        self.room = room
        self.slabs = slabs
    }

    init(slab: Slab) {
        room = slab.capacity
        slabs = nil
        self.slab = slab
    }

    mutating func memory() -> Slab? {
        if slab == nil { slab = slabs?.take(room) }
        return slab
    }

    /// Whether the next message goes on with the run without a look at its channel.
    @inline(__always)
    func continues(on channel: UInt64) -> Bool { count > 0 && channel == self.channel }

    /// Begins to take messages of another channel; the run is empty.
    mutating func begin(_ slot: Int, of channels: ChannelTable) {
        self.slot = slot
        channel = channels.number(of: slot)
        messageBytesMax = UInt32(clamping: channels.messageBytesMax(of: slot))
    }

    /// A message of `bytes` bytes that ends at `end`.
    @inline(__always)
    mutating func append(_ bytes: Int, endingAt end: Int) {
        count += 1
        byteCount += bytes
        self.end = end
    }

    /// Goes on at `place`: what lies in front of it is no message of a run. The run is empty.
    mutating func skip(to place: Int) {
        start = place
        end = place
    }

    /// Hands the run on, if there is one, and begins the next behind it.
    mutating func flush(_ peer: PublicKey, _ deliver: (consuming Incoming) -> Void) {
        if count > 0, let slab {
            // Made where it is handed on: a name for it would be a copy.
            deliver(
                .batch(
                    Batch(
                        peer: peer, channel: channel, count: count, byteCount: byteCount, slab: slab,
                        range: start..<end, form: .items),
                    slot: slot))
        }
        start = end
        count = 0
        byteCount = 0
    }
}
