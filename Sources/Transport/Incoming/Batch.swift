import ConclaveCodec
public import ConclaveCryptography

/// Consecutive messages of one peer on one channel, in the memory they were decrypted into.
public struct Batch: Sendable {
    public let peer: PublicKey
    public let channel: UInt64
    /// How many messages there are; never 0.
    public let count: Int
    /// Bytes of all the messages together.
    public let byteCount: Int

    /// How the messages lie in their memory.
    enum Form: Sendable {
        /// Behind each other, each with its head as both profiles have it: `tag ‖ varint(channel) ‖
        /// varint(n)`.
        case items
        /// One message without a head: put together from pieces, or decompressed.
        case bare
    }

    private let slab: Slab
    private let range: Range<Int>
    private let form: Form

    init(
        peer: PublicKey, channel: UInt64, count: Int, byteCount: Int, slab: Slab, range: Range<Int>,
        form: Form
    ) {
        self.peer = peer
        self.channel = channel
        self.count = count
        self.byteCount = byteCount
        self.slab = slab
        self.range = range
        self.form = form
    }

    /// Bytes of memory that this batch keeps alive: what its lane is charged.
    public var pinnedBytes: Int { slab.capacity }

    /// What it cost us and its sender, in bytes: each message counts with the frame around it, so that empty
    /// ones are not free.
    package var cost: Int { byteCount + count * Self.frameBytes }

    /// What every message takes on the wire beside its bytes, at least: length, tag, channel, length, seal.
    package static let frameBytes = 20

    /// Names the memory that this batch lies in, as long as the batch lives: neighbours of one read have the
    /// same, which is pinned once.
    package var memoryName: ObjectIdentifier { ObjectIdentifier(slab) }

    /// Calls `body` with each message where it lies, in order. No copy, no reference count per message.
    public func withEach(_ body: (RawSpan) -> Void) {
        walk { bytes, _ in body(bytes) }
    }

    /// The messages as values that may outlive the batch.
    public var messages: [Message] {
        var all: [Message] = []
        all.reserveCapacity(count)
        walk { bytes, end in
            all.append(Message(slab: slab, start: end - bytes.byteCount, count: bytes.byteCount))
        }
        return all
    }

    /// The first `limit` messages of it; at least 1 and at most ``count``. They keep the same memory alive.
    package func first(_ limit: Int) -> Batch {
        var taken = 0, bytes = 0, end = range.lowerBound
        walk { message, messageEnd in
            guard taken < limit else { return }
            taken += 1
            bytes += message.byteCount
            end = messageEnd
        }
        return Batch(
            peer: peer, channel: channel, count: taken, byteCount: bytes, slab: slab,
            range: range.lowerBound..<end, form: form)
    }

    /// Whether ``split(costing:)`` may leave a rest.
    package func isDivisible(at limit: Int) -> Bool { cost > limit && count > 1 }

    /// The first messages until they cost `limit` or more, at least one, and the rest if there is any. Both
    /// keep the same memory alive.
    package func split(costing limit: Int) -> (first: Batch, rest: Batch?) {
        guard isDivisible(at: limit) else { return (self, nil) }
        defer { withExtendedLifetime(slab) {} }
        let bytes = unsafe UnsafeRawBufferPointer(start: slab.base + range.lowerBound, count: range.count)
            .bytes
        var reader = Reader(bytes)
        var taken = 0, sum = 0
        do throws(DecodeError) {
            while reader.remaining > 0, sum + taken * Self.frameBytes < limit {
                _ = try reader.byte()
                _ = try reader.varint64()
                sum += try reader.take(Int(reader.varint32())).byteCount
                taken += 1
            }
        } catch {
            assertionFailure("a batch holds only records that were checked: \(error)")
        }
        guard taken > 0, taken < count else { return (self, nil) }
        let cut = range.upperBound - reader.remaining
        return (
            part(taken, byteCount: sum, range.lowerBound..<cut),
            part(count - taken, byteCount: byteCount - sum, cut..<range.upperBound)
        )
    }

    private func part(_ count: Int, byteCount: Int, _ range: Range<Int>) -> Batch {
        Batch(
            peer: peer, channel: channel, count: count, byteCount: byteCount, slab: slab, range: range,
            form: form)
    }

    /// Calls `body` with each message and the place in the slab where it ends. The range was checked when it
    /// arrived.
    @inline(__always)
    private func walk(_ body: (RawSpan, Int) -> Void) {
        defer { withExtendedLifetime(slab) {} }
        let bytes = unsafe UnsafeRawBufferPointer(start: slab.base + range.lowerBound, count: range.count)
            .bytes
        switch form {
        case .bare: body(bytes, range.upperBound)
        case .items: walkItems(bytes, body)
        }
    }

    @inline(__always)
    private func walkItems(_ bytes: RawSpan, _ body: (RawSpan, Int) -> Void) {
        var reader = Reader(bytes)
        do throws(DecodeError) {
            while reader.remaining > 0 {
                _ = try reader.byte()
                _ = try reader.varint64()
                let bytes = try reader.take(Int(reader.varint32()))
                body(bytes, range.upperBound - reader.remaining)
            }
        } catch {
            assertionFailure("a batch holds only records that were checked: \(error)")
        }
    }
}
