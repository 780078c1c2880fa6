import ConclaveCodec
package import ConclaveCryptography

/// What arrived.
package enum Incoming {
    /// Messages of one channel; its slot in the ``ChannelTable``.
    case batch(Batch, slot: Int)
    /// Of the `commonware` profile.
    case ping
    /// Of the `native` profile, and in discovery of either.
    case control(ControlItem)
}

/// Bytes in, messages out: splits the stream into frames, opens each record, and hands messages on where
/// they lie.
///
/// Nothing is looked at before its seal has verified. An idle link owns no buffer: only a frame that has not
/// arrived whole does, and the rest of it is read straight into its place (``wanted``).
@safe
package struct RecordReader: ~Copyable {
    /// A frame that has not arrived whole: the first `have` of `need` bytes.
    private struct Unfinished {
        let slab: Slab
        var have: Int
        let need: Int

        var rest: UnsafeMutableRawBufferPointer {
            unsafe UnsafeMutableRawBufferPointer(start: slab.base + have, count: need - have)
        }
    }

    // What every read touches comes first, and of the reader of items its beginning.
    private let peer: PublicKey
    private let channels: ChannelTable
    private var frameBytesMax: Int
    private var key: OpeningKey
    private var header = FrameHeader()
    private var unfinished: Unfinished? {
        didSet { unsafe wanted = unfinished?.rest ?? UnsafeMutableRawBufferPointer(start: nil, count: 0) }
    }

    /// Where the next bytes belong: the rest of an unfinished frame, or nothing. Stored: a computed one is a
    /// call to which the whole reader would be copied, at each read.
    package private(set) var wanted = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Memory held for messages of which pieces are missing.
    package private(set) var pieceMemory = 0

    /// What the two hellos came to; nil before the peer's was here, and in the `commonware` profile.
    package private(set) var terms: LinkTerms?

    /// What reads the records of the `native` profile; nil in the other.
    private var items: ItemReader?
    private let discovery: DiscoveryMessage.Limits?

    /// - Parameter discovery: what a discovery message may hold; nil in lookup mode, which has none.
    package init(
        peer: PublicKey, key: consuming OpeningKey, channels: ChannelTable,
        discovery: DiscoveryMessage.Limits? = nil
    ) {
        self.peer = peer
        self.key = key
        self.channels = channels
        self.discovery = discovery
        let messageBytesMax = max(channels.messageBytesMax, discovery?.messageBytesMax ?? 0)
        frameBytesMax = messageBytesMax + DataMessage.headerBytesMax + SealingKey.overhead
    }

    /// A reader of the `native` profile.
    package init(peer: PublicKey, key: consuming OpeningKey, items: ItemReader) {
        self.peer = peer
        self.key = key
        channels = items.channels
        discovery = nil
        frameBytesMax = items.recordBytesMax + SealingKey.overhead
        self.items = items
    }

    /// Bytes that have arrived of the message in pieces that is open in this priority; nil if none is.
    package func arrived(_ priority: Priority) -> Int? { items?.arrived(priority) }

    /// Bytes of this priority that have arrived in pieces since the beginning; nil if no message is open.
    package func piecesArrived(_ priority: Priority) -> UInt64? { items?.piecesArrived(priority) }

    /// Bytes held for a frame, and for messages, that have not arrived whole.
    package var pinnedBytes: Int { (unfinished?.slab.capacity ?? 0) + pieceMemory }

    /// Takes one read: `direct` bytes that went into ``wanted``, and those after them in `shared`.
    ///
    /// - Throws: the first thing that the peer did wrong; what came before it has been delivered. The link
    ///   must end.
    package mutating func received(
        direct: Int, shared: UnsafeRawBufferPointer, slabs: SlabPool, deliver: (consuming Incoming) -> Void
    ) throws(PeerFault) {
        try finishFrame(direct, slabs, deliver)
        guard unsafe !shared.isEmpty else { return }
        var run = MessageRun(room: shared.count, slabs: slabs)
        defer { run.flush(peer, deliver) }
        var at = 0
        while at < shared.count {
            let byte = unsafe shared[at]
            at += 1
            guard let length = try header.take(byte) else { continue }
            guard length >= SealingKey.overhead, length <= frameBytesMax else { throw .frameSize(length) }
            let rest = unsafe UnsafeRawBufferPointer(rebasing: shared[at...])
            guard rest.count >= length else {
                unsafe keep(rest, of: length, slabs)
                return
            }
            try unsafe open(rest.baseAddress, length - SealingKey.overhead, &run, slabs, deliver)
            at += length
        }
    }

    /// Gives up what has not arrived whole: the link has ended.
    package mutating func letGo() {
        unfinished = nil
        items?.letGo()
        pieceMemory = 0
    }

    // MARK: Frames in two or more reads

    private mutating func keep(_ bytes: UnsafeRawBufferPointer, of need: Int, _ slabs: SlabPool) {
        let slab = slabs.take(need)
        if let start = bytes.baseAddress { unsafe slab.base.copyMemory(from: start, byteCount: bytes.count) }
        unfinished = Unfinished(slab: slab, have: bytes.count, need: need)
    }

    private mutating func finishFrame(
        _ direct: Int, _ slabs: SlabPool, _ deliver: (consuming Incoming) -> Void
    ) throws(PeerFault) {
        guard direct > 0, var frame = unfinished else { return }
        frame.have += direct
        guard frame.have >= frame.need else {
            unfinished = frame
            return
        }
        unfinished = nil
        let count = frame.need - SealingKey.overhead
        try unsafe openSeal(frame.slab.base, count, into: frame.slab.base)
        var run = MessageRun(slab: frame.slab)
        defer { run.flush(peer, deliver) }
        try take(count, in: frame.slab, &run, slabs, deliver)
    }

    // MARK: Records

    @inline(__always)
    private mutating func open(
        _ sealed: UnsafeRawPointer?, _ count: Int, _ run: inout MessageRun, _ slabs: SlabPool,
        _ deliver: (consuming Incoming) -> Void
    ) throws(PeerFault) {
        guard let sealed = unsafe sealed, let slab = run.memory() else { return }
        try unsafe openSeal(sealed, count, into: slab.base + run.end)
        try take(count, in: slab, &run, slabs, deliver)
    }

    @inline(__always)
    private mutating func openSeal(
        _ sealed: UnsafeRawPointer, _ count: Int, into plaintext: UnsafeMutableRawPointer
    ) throws(PeerFault) {
        do {
            try unsafe key.open(sealed, count: count, into: plaintext)
        } catch {
            throw error == .nonceExhausted ? .nonceExhausted : .forgedRecord
        }
    }

    /// Adds the verified record that lies at the end of the run. Everything a peer can get wrong in it ends
    /// here.
    @inline(__always)
    private mutating func take(
        _ count: Int, in slab: Slab, _ run: inout MessageRun, _ slabs: SlabPool,
        _ deliver: (consuming Incoming) -> Void
    ) throws(PeerFault) {
        if items != nil {
            try items?.take(count, of: peer, in: slab, &run, slabs: slabs, deliver)
            if terms == nil {
                terms = items?.terms
                frameBytesMax = (items?.recordBytesMax ?? 0) + SealingKey.overhead
            }
            pieceMemory = items?.pieceMemory() ?? 0
            return
        }
        let plaintext = unsafe UnsafeRawBufferPointer(start: slab.base + run.end, count: count).bytes
        switch try parse(plaintext) {
        case .data(let slot, let bytes):
            if slot != run.slot || run.count == 0 {
                run.flush(peer, deliver)
                run.begin(slot, of: channels)
            }
            run.append(bytes, endingAt: run.end + count)
        case .other:
            run.flush(peer, deliver)
            deliver(try other(plaintext))
        case .unknownChannel(let channel):
            throw .unknownChannel(channel)
        }
    }

    private enum Parsed {
        case data(slot: Int, bytes: Int)
        /// Rare, so that its decoding is kept out of the way.
        case other
        case unknownChannel(UInt64)
    }

    @inline(__always)
    private func parse(_ plaintext: RawSpan) throws(PeerFault) -> Parsed {
        do throws(DecodeError) {
            var reader = Reader(plaintext)
            guard try reader.byte() == DataMessage.tag else { return .other }
            let channel = try reader.varint64()
            guard let slot = channels.slot(of: channel) else { return .unknownChannel(channel) }
            let limit = UInt32(clamping: channels.messageBytesMax(of: slot))
            let bytes = try Int(reader.varint32(limit: limit))
            _ = try reader.take(bytes)
            try reader.finish()
            return .data(slot: slot, bytes: bytes)
        } catch {
            throw .malformed(error)
        }
    }

    @inline(never)
    private func other(_ plaintext: RawSpan) throws(PeerFault) -> Incoming {
        do throws(DecodeError) {
            var reader = Reader(plaintext)
            guard let discovery else {
                let tag = try reader.byte()
                guard tag == DataMessage.pingTag else { throw .unknownTag(tag) }
                try reader.finish()
                return .ping
            }
            let message = try DiscoveryMessage(from: &reader, limits: discovery)
            try reader.finish()
            return .control(.discovery(message))
        } catch {
            throw .malformed(error)
        }
    }
}
