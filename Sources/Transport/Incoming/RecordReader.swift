import ConclaveCodec
package import ConclaveCryptography

/// What arrived.
package enum Incoming {
    /// Messages of one channel; its slot in the ``ChannelTable``.
    case batch(Batch, slot: Int)
    case ping
}

/// Bytes in, messages out: splits the stream into frames, opens each record, and hands messages on where they
/// lie.
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
    }

    private let peer: PublicKey
    private let channels: ChannelTable
    private let frameBytesMax: Int
    private var key: OpeningKey
    private var header = FrameHeader()
    private var unfinished: Unfinished?

    package init(peer: PublicKey, key: consuming OpeningKey, channels: ChannelTable) {
        self.peer = peer
        self.key = key
        self.channels = channels
        frameBytesMax = channels.messageBytesMax + DataMessage.headerBytesMax + SealingKey.overhead
    }

    /// Where the next bytes belong: the rest of an unfinished frame, or nothing.
    package var wanted: UnsafeMutableRawBufferPointer {
        guard let unfinished else { return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeMutableRawBufferPointer(
            start: unfinished.slab.base + unfinished.have,
            count: unfinished.need - unfinished.have)
    }

    /// Bytes held for a frame that has not arrived whole.
    package var pinnedBytes: Int { unfinished?.slab.capacity ?? 0 }

    /// Takes one read: `direct` bytes that went into ``wanted``, and those after them in `shared`.
    ///
    /// - Throws: the first thing that the peer did wrong; what came before it has been delivered. The link
    ///   must end.
    package mutating func received(
        direct: Int, shared: UnsafeRawBufferPointer, slabs: SlabPool, deliver: (consuming Incoming) -> Void
    ) throws(PeerFault) {
        try finishFrame(direct, deliver)
        guard unsafe !shared.isEmpty else { return }
        var run = Run(room: shared.count, slabs: slabs)
        defer { flush(&run, deliver) }
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
            try unsafe open(rest.baseAddress, length - SealingKey.overhead, &run, deliver)
            at += length
        }
    }

    // MARK: Frames in two or more reads

    private mutating func keep(_ bytes: UnsafeRawBufferPointer, of need: Int, _ slabs: SlabPool) {
        let slab = slabs.take(need)
        if let start = bytes.baseAddress { unsafe slab.base.copyMemory(from: start, byteCount: bytes.count) }
        unfinished = Unfinished(slab: slab, have: bytes.count, need: need)
    }

    private mutating func finishFrame(_ direct: Int, _ deliver: (consuming Incoming) -> Void)
        throws(PeerFault)
    {
        guard direct > 0, var frame = unfinished else { return }
        frame.have += direct
        guard frame.have >= frame.need else {
            unfinished = frame
            return
        }
        unfinished = nil
        let count = frame.need - SealingKey.overhead
        try unsafe openSeal(frame.slab.base, count, into: frame.slab.base)
        var run = Run(slab: frame.slab)
        try take(count, in: frame.slab, &run, deliver)
        flush(&run, deliver)
    }

    // MARK: Records

    /// Consecutive messages of one channel that were opened into one slab and not handed on yet.
    private struct Run {
        let room: Int
        let slabs: SlabPool?
        var slab: Slab?
        /// Where the run begins, and where the next record will be opened.
        var start = 0, end = 0
        var slot = 0, count = 0, byteCount = 0

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
    }

    @inline(__always)
    private mutating func open(
        _ sealed: UnsafeRawPointer?, _ count: Int, _ run: inout Run, _ deliver: (consuming Incoming) -> Void
    ) throws(PeerFault) {
        guard let sealed = unsafe sealed, let slab = run.memory() else { return }
        try unsafe openSeal(sealed, count, into: slab.base + run.end)
        try take(count, in: slab, &run, deliver)
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
        _ count: Int, in slab: Slab, _ run: inout Run, _ deliver: (consuming Incoming) -> Void
    ) throws(PeerFault) {
        switch try parse(unsafe UnsafeRawBufferPointer(start: slab.base + run.end, count: count).bytes) {
        case .data(let slot, let bytes):
            if slot != run.slot { flush(&run, deliver) }
            run.slot = slot
            run.count += 1
            run.byteCount += bytes
            run.end += count
        case .ping:
            flush(&run, deliver)
            deliver(.ping)
        case .unknownChannel(let channel):
            throw .unknownChannel(channel)
        }
    }

    private enum Parsed {
        case data(slot: Int, bytes: Int)
        case ping
        case unknownChannel(UInt64)
    }

    @inline(__always)
    private func parse(_ plaintext: RawSpan) throws(PeerFault) -> Parsed {
        do throws(DecodeError) {
            var reader = Reader(plaintext)
            let tag = try reader.byte()
            guard tag == DataMessage.tag else {
                guard tag == DataMessage.pingTag else { throw .unknownTag(tag) }
                try reader.finish()
                return .ping
            }
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

    /// Hands the run on, if there is one, and begins the next behind it.
    private func flush(_ run: inout Run, _ deliver: (consuming Incoming) -> Void) {
        if run.count > 0, let slab = run.slab {
            let batch = Batch(
                peer: peer, channel: channels.number(of: run.slot), count: run.count,
                byteCount: run.byteCount, slab: slab, range: run.start..<run.end)
            deliver(.batch(batch, slot: run.slot))
        }
        run.start = run.end
        run.count = 0
        run.byteCount = 0
    }
}
