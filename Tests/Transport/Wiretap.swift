import ConclaveCryptography
import ConclavePrimitives
import Testing

@testable import ConclaveTransport

/// The two halves of one direction of a link, with the bytes between them in the hands of the test.
final class Wiretap {
    static let key = [UInt8](repeating: 7, count: 32)
    static let peer = PublicKey([UInt8](repeating: 1, count: 32))

    let segments = SegmentPool(keepBytes: 1 << 20)
    let slabs = SlabPool(keepBytes: 1 << 20)
    var lanes: OutgoingLanes
    var packer: RecordPacker
    var queue = SealedQueue()
    var sealing = SealingKey(key: key)

    /// What went back to the budget, or should have.
    var surplus = 0
    /// What `send` and `wireBytes` take for the time.
    var now = Instant(nanoseconds: 0)

    init(
        messagesMax: Int = 1 << 20, bytesMax: Int = 1 << 30, layout: RecordLayout = .singles,
        budget: MemoryBudget = MemoryBudget(limit: 1 << 40), floor: Int = 0
    ) {
        lanes = OutgoingLanes(
            messagesMax: messagesMax, bytesMax: bytesMax, layout: layout,
            memory: QueueMemory(budget, floor: floor))
        packer = RecordPacker(layout)
    }

    func send(
        _ message: [UInt8], coding: MessageCoding = .raw, channel: UInt64 = 0, priority: Priority = .normal
    ) -> Bool {
        offer(message, coding: coding, channel: channel, priority: priority) == .taken
    }

    func offer(
        _ message: [UInt8], coding: MessageCoding = .raw, channel: UInt64 = 0, priority: Priority = .normal
    ) -> OutgoingLanes.Answer {
        lanes.append(
            message, coding: coding, channel: channel, priority: priority, segments: segments, now: { now })
    }

    func send(_ item: ControlItem) {
        lanes.appendControl(item.encoded, segments: segments, at: now)
    }

    /// The peer's hello came.
    func agreed(recordBytes: Int) {
        lanes.agreed(recordBytes: recordBytes)
        packer.agreed(recordBytes: recordBytes)
    }

    func ping() {
        lanes.appendPing(segments: segments, at: now)
    }

    func control(_ plaintext: [UInt8]) {
        lanes.appendControl(plaintext, segments: segments, at: now)
    }

    var waiting: (messages: Int, bytes: Int) { (lanes.messages, lanes.bytes) }
    var queued: (messages: Int, bytes: Int) { (queue.messages, queue.bytes) }
    var isHalfEmpty: Bool { lanes.isHalfEmpty }

    /// Everything that waits, as it would leave: sealed and framed, at most `budget` bytes ahead.
    func wireBytes(budget: Int = .max) throws -> [UInt8] {
        packer.take(from: &lanes)
        try packer.pack(into: &queue, key: &sealing, segments: segments, budget: budget, at: now)
        let sealed = packer.takeSealed()
        lanes.sealed(messages: sealed.messages, bytes: sealed.bytes)
        var wire: [UInt8] = []
        while !queue.isEmpty {
            let chunk = unsafe queue.withBuffers { buffers in unsafe buffers.flatMap { unsafe Array($0) } }
            wire += chunk
            _ = queue.consume(chunk.count, segments: segments)
        }
        surplus += lanes.freed(queue.takeFreed())
        return wire
    }
}

/// One received thing, by value.
enum Heard: Equatable {
    case message(channel: UInt64, [UInt8])
    case ping
    case control(ControlItem)
}

/// The receiving half: feeds a reader as a socket would.
final class Receiving {
    var reader: RecordReader
    let slabs = SlabPool(keepBytes: 1 << 20)
    var heard: [Heard] = []

    init(
        channels: [(number: UInt64, messageBytesMax: Int)] = [(0, 1 << 20)], counter: UInt64 = 0,
        discovery: DiscoveryMessage.Limits? = nil
    ) throws {
        let peer = try #require(Wiretap.peer)
        reader = RecordReader(
            peer: peer, key: OpeningKey(key: Wiretap.key, counter: counter),
            channels: ChannelTable(channels), discovery: discovery)
    }

    /// The receiving half of the `native` profile.
    init(native channels: ChannelTable, hello: NativeHello, discovery: DiscoveryMessage.Limits? = nil) throws
    {
        let items = ItemReader(channels: channels, ours: hello, version: 1, discovery: discovery)
        reader = RecordReader(
            peer: try #require(Wiretap.peer), key: OpeningKey(key: Wiretap.key), items: items)
    }

    init(_ reader: consuming RecordReader) {
        self.reader = reader
    }

    var pinnedBytes: Int { reader.pinnedBytes }
    var terms: LinkTerms? { reader.terms }
    func arrived(_ priority: Priority) -> Int? { reader.arrived(priority) }

    /// One read of `bytes`: into the reader's own room first, the rest into a shared buffer.
    func feed(_ bytes: some Collection<UInt8>) throws(PeerFault) {
        var bytes = Array(bytes)
        let direct = unsafe min(bytes.count, reader.wanted.count)
        for index in 0..<direct { unsafe reader.wanted[index] = bytes[index] }
        bytes.removeFirst(direct)
        var news: [Heard] = []
        defer { heard += news }
        let failure = unsafe bytes.withUnsafeBytes { shared -> PeerFault? in
            do throws(PeerFault) {
                try unsafe reader.received(direct: direct, shared: shared, slabs: slabs) { incoming in
                    switch incoming {
                    case .ping: news.append(.ping)
                    case .control(let item): news.append(.control(item))
                    case .batch(let batch, _):
                        news += batch.messages.map { .message(channel: batch.channel, Array($0)) }
                    }
                }
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}
