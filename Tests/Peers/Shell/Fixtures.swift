import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives

@testable import ConclavePeers
@testable import ConclaveTransport

/// The peer whose key is `number`, so that keys order as numbers do.
func peer(_ number: Int) -> PeerID {
    var key = Writer()
    key.append([UInt8](repeating: 0, count: 24))
    key.integer(UInt64(number))
    guard let peer = PublicKey(key.bytes) else { preconditionFailure("32 bytes are a key") }
    return peer
}

/// Milliseconds after the origin of the clock.
func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: UInt64(milliseconds) * 1_000_000) }

/// What a link delivers when `messages` arrive in one read. Pins as many bytes as it holds, up to 4 KiB.
func batch(from peer: PeerID, _ messages: [[UInt8]], channel: UInt64 = 0) -> Batch {
    var plaintext = Writer()
    for message in messages {
        plaintext.byte(DataMessage.tag)
        plaintext.varint(channel)
        plaintext.lengthPrefixed(message)
    }
    let bytes = plaintext.bytes
    let slab = SlabPool(keepBytes: 0).take(bytes.count)
    unsafe bytes.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(start: slab.base, count: bytes.count).copyMemory(from: source)
    }
    return Batch(
        peer: peer, channel: channel, count: messages.count,
        byteCount: messages.reduce(0) { $0 + $1.count }, slab: slab, range: 0..<bytes.count, form: .items)
}

/// The messages of `batches`, as values.
func contents(_ batches: [Batch]) -> [[UInt8]] {
    batches.flatMap { batch in batch.messages.map { Array($0) } }
}

/// What waits in an outbox, as the link would seal it: the number of messages.
/// - Parameter now: when it is sealed and written.
func drain(_ outbox: Outbox, at now: Instant = at(0)) -> Int {
    let segments = SegmentPool(keepBytes: 0)
    var packer = RecordPacker(), queue = SealedQueue()
    var key = SealingKey(key: [UInt8](repeating: 7, count: 32))
    outbox.take(into: &packer)
    try? packer.pack(into: &queue, key: &key, segments: segments, budget: .max, at: now)
    let sealed = packer.takeSealed()
    outbox.sealed(messages: sealed.messages, bytes: sealed.bytes)
    _ = queue.consume(queue.bytes, segments: segments)
    outbox.freed(queue.takeFreed())
    return sealed.messages
}
