package import ConclavePrimitives

/// What waits for one peer, a lane per priority, bounded in messages and in bytes.
///
/// Small messages are encoded into the lane's open segment at once, which costs one copy and no allocation;
/// the state of open segments is plain pointers, so no reference is counted per message either.
@safe
package struct OutgoingLanes: ~Copyable {
    /// Messages up to this size are copied into segments, longer ones kept by reference. Measured: above it
    /// a copy costs more than the reference count it saves.
    package static let copyLimit = 4_096

    /// The segment that ends a lane, still being filled.
    @safe
    private struct OpenEnd: ~Copyable {
        var segment: Unmanaged<Segment>?
        var at: UnsafeMutableRawPointer?
        var room = 0
        var messages = 0, charge = 0
    }

    /// What became of a message.
    package enum Answer {
        case taken
        /// One of the two bounds is reached.
        case full
        /// It needs memory above the queue's floor, and the node's budget is used up.
        case overBudget
    }

    private let messagesMax: Int
    private let bytesMax: Int
    private let layout: RecordLayout
    /// What a segment may hold at most; of packed layout, where it becomes one record, the record's limit.
    private var segmentBytesMax: Int
    private var memory: QueueMemory
    /// The lanes in which something waits to be taken over.
    private(set) var occupied = LaneSet()
    /// Messages and bytes accepted and not yet sealed.
    package private(set) var messages = 0, bytes = 0
    private var lanes = InlineArray<6, LaneEntries> { _ in LaneEntries() }
    private var ends = InlineArray<6, OpenEnd> { _ in OpenEnd() }

    package init(messagesMax: Int, bytesMax: Int, layout: RecordLayout = .singles, memory: QueueMemory) {
        self.messagesMax = messagesMax
        self.bytesMax = bytesMax
        self.layout = layout
        self.memory = memory
        segmentBytesMax =
            switch layout {
            case .singles: .max
            case .packed: RecordLimit.beforeHello
            }
    }

    /// The peer's hello came: segments begun from now on may hold so much.
    package mutating func agreed(recordBytes: Int) {
        segmentBytesMax = recordBytes
    }

    /// Memory that accepted messages pin until they are written, in bytes.
    package var held: Int { memory.held }

    /// Whether everything is at most half full: the moment to wake who waits for room.
    package var isHalfEmpty: Bool { messages <= messagesMax / 2 && bytes <= bytesMax / 2 }

    /// Takes a message. It is charged its bytes and its frame, so that empty ones are not free. When nothing
    /// waits a message of any size is taken, or the largest that the network allows would wait for ever.
    ///
    /// Memory is accounted as it is pinned: a segment when it is opened, a message kept by reference by its
    /// own size. So most messages touch no account. `now` is asked equally rarely.
    ///
    /// - Parameters:
    ///   - coding: what `message` is; anything but raw only where both hellos allow it.
    ///   - priority: any but control where the layout is packed: the wire has no such message.
    @inline(__always)
    package mutating func append(
        _ message: [UInt8], coding: MessageCoding = .raw, channel: UInt64, priority: Priority,
        segments: SegmentPool, now: () -> Instant
    ) -> Answer {
        let charge = FrameWriter.room(layout, channel: channel, count: message.count)
        guard messages < messagesMax, bytes + charge <= bytesMax || messages == 0 else { return .full }  // I5
        let lane = Int(priority.rawValue)
        if message.count <= Self.copyLimit, charge <= segmentBytesMax {
            let tag = tag(priority, coding)
            if ends[lane].room < charge {
                guard openSegment(for: charge, lane, segments, now()) else { return .overBudget }
            }
            unsafe message.withUnsafeBytes { bytes in
                write(charge, messages: 1, lane) { writer in
                    unsafe writer.message(bytes, tag: tag, channel: channel)
                }
            }
        } else {
            guard memory.take(charge) else { return .overBudget }
            settle(lane)  // I3
            occupied.insert(lane)
            lanes[lane].queue.append(
                .message(message, channel: channel, tag: MessageTag(priority, coding, .whole), since: now()))
        }
        messages += 1
        bytes += charge
        return .taken
    }

    /// Adds a ping of the `commonware` profile.
    package mutating func appendPing(segments: SegmentPool, at now: Instant) {
        appendControl([DataMessage.pingTag], segments: segments, at: now)
    }

    /// Adds something of the peer layer itself: a whole plaintext, or an item of at most
    /// ``RecordLimit/lowest`` bytes. No bound refuses it, and it counts as no message: whoever writes them
    /// sends one of a kind in a period.
    package mutating func appendControl(_ plaintext: [UInt8], segments: SegmentPool, at now: Instant) {
        let lane = Int(Priority.control.rawValue)
        let room = FrameWriter.room(layout, control: plaintext)
        precondition(room <= segmentBytesMax, "\(room) bytes of control do not fit a record")
        if ends[lane].room < room {
            let least = SegmentPool.capacity(atLeast: room)
            _ = memory.takeRegardless(least)
            open(segments.take(atLeast: room), lane, now, held: least)
        }
        write(room, messages: 0, lane) { writer in writer.control(plaintext) }
        bytes += room
    }

    /// So much was written, or thrown away; its memory is free.
    ///
    /// - Returns: what goes back to the budget, outside of the lock.
    package mutating func freed(_ bytes: Int) -> Int { memory.release(bytes) }

    /// Throws everything away and takes nothing more.
    ///
    /// - Returns: what goes back to the budget, outside of the lock.
    package mutating func discard() -> Int {
        let surplus = memory.releaseAll()
        self = OutgoingLanes(messagesMax: 0, bytesMax: 0, layout: layout, memory: memory)
        return surplus
    }

    /// So much was sealed: it counts no longer.
    package mutating func sealed(messages sealedMessages: Int, bytes sealedBytes: Int) {
        messages -= sealedMessages
        bytes -= sealedBytes
    }

    /// Moves the lane's entries to the end of `queue`.
    mutating func take(_ lane: Int, into queue: inout RingBuffer<OutgoingEntry>) {
        settle(lane)
        occupied.remove(lane)
        queue.takeAll(from: &lanes[lane].queue)
        lanes[lane].queue.shrink(above: 64)
    }

    /// The first byte of a message.
    @inline(__always)
    private func tag(_ priority: Priority, _ coding: MessageCoding) -> UInt8 {
        switch layout {
        case .singles: DataMessage.tag
        case .packed: MessageTag(priority, coding, .whole).byte
        }
    }

    @inline(__always)
    private mutating func write(
        _ charge: Int, messages: Int, _ lane: Int, _ body: (inout FrameWriter) -> Void
    ) {
        guard let at = unsafe ends[lane].at else { return }
        var writer = unsafe FrameWriter(layout, at: at)
        body(&writer)
        unsafe ends[lane].at = unsafe writer.at
        ends[lane].room -= charge
        ends[lane].messages += messages
        ends[lane].charge += charge
    }

    /// False if there is no memory for it.
    @inline(never)
    private mutating func openSegment(
        for charge: Int, _ lane: Int, _ segments: SegmentPool, _ now: Instant
    ) -> Bool {
        // Only who has filled a segment gets a large one, so that alternating with messages kept by
        // reference, which end a segment each time, pins no more than a page a message.
        let goesOn = unsafe ends[lane].at != nil && segmentBytesMax > SegmentPool.smallBytes
        if goesOn, memory.take(SegmentPool.largeBytes) {
            open(segments.takeLarge(), lane, now, held: SegmentPool.largeBytes)
            return true
        }
        let least = SegmentPool.capacity(atLeast: charge)
        guard memory.take(least) else { return false }
        open(segments.take(atLeast: charge), lane, now, held: least)
        return true
    }

    private mutating func open(_ segment: Segment, _ lane: Int, _ now: Instant, held: Int) {
        settle(lane)
        segment.held = held
        segment.since = now
        occupied.insert(lane)
        lanes[lane].queue.append(.segment(segment))
        unsafe ends[lane] = OpenEnd(
            segment: .passUnretained(segment), at: segment.base, room: min(segment.capacity, segmentBytesMax))
    }

    /// Tells the lane's open segment what it holds and stops filling it.
    private mutating func settle(_ lane: Int) {
        guard let segment = unsafe ends[lane].segment, let at = unsafe ends[lane].at else { return }
        unsafe segment._withUnsafeGuaranteedRef { segment in
            segment.count = unsafe at - segment.base
            segment.messages = ends[lane].messages
            segment.charge = ends[lane].charge
        }
        ends[lane] = OpenEnd()
    }
}
