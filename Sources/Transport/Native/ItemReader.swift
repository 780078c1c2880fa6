import ConclaveCodec
import ConclaveCryptography

/// What is in the records of the `native` profile: walks their items, hands messages on, puts pieces
/// together.
///
/// The order that a peer has to keep is kept here: its hello first and once, nothing behind its goodbye, at
/// most one message in pieces a priority and no whole one of that priority beside it. Whether a pong was
/// asked for is the link's to know.
package struct ItemReader {
    private enum Phase {
        case expectingHello, open, ended
    }

    let channels: ChannelTable
    private var phase = Phase.expectingHello
    /// A bit for each priority of which a whole message may come now.
    private var wholeAllowed: UInt8 = 0
    private let version: UInt8
    private let ours: NativeHello
    private let discovery: DiscoveryMessage.Limits?
    private var pieces = OpenMessages()
    /// What the two hellos came to; nil until the peer's was here.
    package private(set) var terms: LinkTerms?

    /// - Parameters:
    ///   - ours: the hello that we send.
    ///   - version: what the handshake agreed on.
    ///   - discovery: what a discovery message may hold; nil in lookup mode, which has none.
    package init(
        channels: ChannelTable, ours: NativeHello, version: UInt8, discovery: DiscoveryMessage.Limits? = nil
    ) {
        self.channels = channels
        self.ours = ours
        self.version = version
        self.discovery = discovery
    }

    /// The longest plaintext that a record may have now.
    var recordBytesMax: Int { terms?.recordBytes ?? RecordLimit.beforeHello }

    /// Memory held for messages of which pieces are missing. Mutating, although it changes nothing, so that
    /// what is open is looked at where it lies and not copied.
    mutating func pieceMemory() -> Int { pieces.memory() }

    /// Bytes that have arrived of the message that is open in this priority; nil if none is.
    func arrived(_ priority: Priority) -> Int? { pieces.arrived(priority) }

    /// Bytes of this priority that have arrived in pieces since the beginning; nil if no message is open. It
    /// changes with every piece, so it tells a message that stands still from one after the other.
    func piecesArrived(_ priority: Priority) -> UInt64? { pieces.bytes(priority) }

    /// Gives up the messages of which pieces are missing.
    mutating func letGo() { pieces = OpenMessages() }

    /// Takes the verified record of `count` bytes that lies at the end of the run.
    mutating func take(
        _ count: Int, of peer: PublicKey, in slab: Slab, _ run: inout MessageRun, slabs: SlabPool,
        _ deliver: (consuming Incoming) -> Void
    ) throws(PeerFault) {
        guard count > 0 else { throw .malformed(.truncated(missing: 1)) }
        let end = run.end + count
        var reader = Reader(unsafe UnsafeRawBufferPointer(start: slab.base + run.end, count: count).bytes)
        while true {
            let stop: Stop?
            do throws(DecodeError) {
                stop = try messages(&reader, end, peer, &run, deliver)
            } catch {
                throw .malformed(error)
            }
            switch stop {
            case nil: return
            case .unknownChannel(let channel): throw .unknownChannel(channel)
            case .other(let tag):
                run.flush(peer, deliver)
                try takeOther(tag, &reader, end, peer, slab, slabs, deliver)
                run.skip(to: end - reader.remaining)
            }
        }
    }

    // MARK: Whole messages, the quick way

    /// Why the quick way ends before the record does.
    private enum Stop {
        /// An item with this tag, which is not a whole message or may not come now.
        case other(UInt8)
        case unknownChannel(UInt64)
    }

    /// Takes the whole, raw messages that come next, up to the record's end.
    @inline(__always)
    private func messages(
        _ reader: inout Reader, _ end: Int, _ peer: PublicKey, _ run: inout MessageRun,
        _ deliver: (consuming Incoming) -> Void
    ) throws(DecodeError) -> Stop? {
        while reader.remaining > 0 {
            let tag = try reader.byte()
            guard tag & ~MessageTag.priorityBits == MessageTag.bit, wholeAllowed & priorityBit(tag) != 0
            else {
                return .other(tag)
            }
            let channel = try reader.varint64()
            if !run.continues(on: channel) {
                guard let slot = channels.slot(of: channel) else { return .unknownChannel(channel) }
                run.flush(peer, deliver)
                run.begin(slot, of: channels)
            }
            let bytes = Int(try reader.varint32(limit: run.messageBytesMax))
            _ = try reader.take(bytes)
            run.append(bytes, endingAt: end - reader.remaining)
        }
        return nil
    }

    @inline(__always)
    private func priorityBit(_ tag: UInt8) -> UInt8 { 1 << (tag >> 4 & 7) }

    // MARK: Everything else

    @inline(never)
    private mutating func takeOther(
        _ tag: UInt8, _ reader: inout Reader, _ end: Int, _ peer: PublicKey, _ slab: Slab, _ slabs: SlabPool,
        _ deliver: (consuming Incoming) -> Void
    ) throws(PeerFault) {
        try checkTurn(tag)
        guard tag & MessageTag.bit == 0 else {
            let item = try messageItem(tag, &reader, end)
            let body = unsafe UnsafeRawBufferPointer(
                start: slab.base + item.body.lowerBound, count: item.body.count)
            guard let whole = try unsafe take(item, body, slabs) else { return }
            let batch = Batch(
                peer: peer, channel: channels.number(of: whole.slot), count: 1, byteCount: whole.count,
                slab: whole.slab, range: 0..<whole.count, form: .bare)
            return deliver(.batch(batch, slot: whole.slot))
        }
        let item = try controlItem(tag, &reader)
        try heard(item)
        deliver(.control(item))
    }

    private func checkTurn(_ tag: UInt8) throws(PeerFault) {
        let mayCome =
            switch phase {
            case .expectingHello: tag == ControlItem.helloTag
            case .open: tag != ControlItem.helloTag
            case .ended: false
            }
        guard mayCome else { throw .outOfTurn }
    }

    private func controlItem(_ tag: UInt8, _ reader: inout Reader) throws(PeerFault) -> ControlItem {
        do throws(DecodeError) {
            return try ControlItem(tag: tag, from: &reader, discovery: discovery)
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func heard(_ item: ControlItem) throws(PeerFault) {
        switch item {
        case .hello(let theirs):
            terms = try LinkTerms(ours: ours, theirs: theirs, version: version, channels: channels)
            phase = .open
            for priority in Priority.allCases where priority != .control {
                wholeAllowed |= 1 << priority.rawValue
            }
        case .goodbye:
            phase = .ended
            wholeAllowed = 0
        case .padding, .discovery, .ping, .pong: break
        }
    }

    // MARK: Messages that are compressed, or in pieces

    private struct MessageItem {
        let tag: MessageTag
        /// Not told by a further piece.
        var channel: UInt64 = 0
        /// Told by the first piece only.
        var total = 0
        /// Where in the slab.
        let body: Range<Int>
    }

    /// A message that has memory of its own.
    private typealias WholeMessage = (slab: Slab, count: Int, slot: Int)

    private func messageItem(
        _ byte: UInt8, _ reader: inout Reader, _ end: Int
    ) throws(PeerFault) -> MessageItem {
        do throws(DecodeError) {
            let tag = try MessageTag(byte: byte)
            let channel = tag.part == .next ? 0 : try reader.varint64()
            let total = tag.part == .first ? Int(try reader.varint32()) : 0
            let count = Int(try reader.varint32())
            let start = end - reader.remaining
            _ = try reader.take(count)
            return MessageItem(tag: tag, channel: channel, total: total, body: start..<(start + count))
        } catch {
            throw .malformed(error)
        }
    }

    /// Takes an item with its `body`; what it completes is returned.
    private mutating func take(
        _ item: MessageItem, _ body: UnsafeRawBufferPointer, _ slabs: SlabPool
    ) throws(PeerFault) -> WholeMessage? {
        let priority = item.tag.priority
        switch item.tag.part {
        case .whole:
            // A raw one came this way because one of its priority is open.
            guard !pieces.isOpen(priority), item.tag.coding == .lz4 else { throw .outOfTurn }
            let slot = try slot(of: item)
            return try unsafe decode(body, slot, slabs)
        case .first:
            guard !pieces.isOpen(priority) else { throw .outOfTurn }
            let slot = try slot(of: item)
            try checkTotal(item, slot)
            guard unsafe !body.isEmpty, body.count < item.total else { throw .pieceSize(body.count) }
            let message = unsafe OpenMessage(
                slot: slot, coding: item.tag.coding, total: item.total, firstPiece: body, slabs: slabs)
            pieces.begin(message, priority)
            wholeAllowed &= ~(1 << priority.rawValue)
            return nil
        case .next:
            guard let missing = pieces.missing(priority) else { throw .outOfTurn }
            guard unsafe !body.isEmpty, body.count <= missing else { throw .pieceSize(body.count) }
            guard let message = unsafe pieces.append(body, priority, slabs: slabs) else { return nil }
            wholeAllowed |= 1 << priority.rawValue
            return try finish(message, slabs)
        }
    }

    private func slot(of item: MessageItem) throws(PeerFault) -> Int {
        guard let slot = channels.slot(of: item.channel) else { throw .unknownChannel(item.channel) }
        guard item.tag.coding == .raw || terms?.isCompressionAllowed[slot] == true else {
            throw .compression(.notAllowed)
        }
        return slot
    }

    /// Holds the length that a first piece claims against the channel's limit, before memory is taken.
    private func checkTotal(_ item: MessageItem, _ slot: Int) throws(PeerFault) {
        let limit = channels.messageBytesMax(of: slot)
        guard item.total <= limit else {
            throw .malformed(.aboveLimit(value: UInt64(item.total), limit: UInt64(limit)))
        }
    }

    private func finish(_ message: OpenMessage, _ slabs: SlabPool) throws(PeerFault) -> WholeMessage {
        switch message.coding {
        case .raw: return (message.slab, message.total, message.slot)
        case .lz4:
            let bytes = unsafe UnsafeRawBufferPointer(start: message.slab.base, count: message.total)
            return try unsafe decode(bytes, message.slot, slabs)
        }
    }

    private func decode(
        _ bytes: UnsafeRawBufferPointer, _ slot: Int, _ slabs: SlabPool
    ) throws(PeerFault) -> WholeMessage {
        let original = try unsafe CompressedMessage.decode(
            bytes, limit: channels.messageBytesMax(of: slot), slabs: slabs)
        return (original.slab, original.count, slot)
    }
}
