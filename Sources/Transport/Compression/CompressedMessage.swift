import ConclaveCodec

/// A message as it travels compressed: `varint(original length) ‖ LZ4 block`. Each stands alone.
package enum CompressedMessage {
    /// The compressed form of `message`; nil unless it is shorter.
    package static func encoding(_ message: [UInt8]) -> [UInt8]? {
        let head = varintLength(UInt64(message.count))
        guard message.count > head + 1 else { return nil }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: message.count - 1) { target, count in
            guard let start = target.baseAddress else { return }
            var writer = unsafe FrameWriter(.packed, at: UnsafeMutableRawPointer(start))
            let room = unsafe UnsafeMutableRawBufferPointer(
                start: UnsafeMutableRawPointer(start) + head, count: target.count - head)
            guard let written = unsafe message.withUnsafeBytes({ unsafe LZ4Block.compress($0, into: room) })
            else { return }
            writer.varint(UInt64(message.count))
            count = head + written
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// The original of `compressed`, in memory of its own that nothing else was written to.
    ///
    /// - Parameter limit: the largest message of the channel. The length that the peer declares is held
    ///   against it, against what the block can hold and against what it does hold before memory is taken.
    static func decode(
        _ compressed: UnsafeRawBufferPointer, limit: Int, slabs: SlabPool
    ) throws(PeerFault) -> (slab: Slab, count: Int) {
        let (declared, head) = unsafe try length(compressed.bytes, limit)
        let block = unsafe UnsafeRawBufferPointer(rebasing: compressed[head...])
        do throws(CompressionFault) {
            guard declared > compressed.count else { throw .notShorter }
            guard declared <= block.count * LZ4Block.expansionMax else { throw .ratio }
            guard try unsafe LZ4Block.length(of: block.bytes, limit: declared) == declared else {
                throw .malformedBlock
            }
            let slab = slabs.take(declared)
            try unsafe LZ4Block.decompress(
                block, into: UnsafeMutableRawBufferPointer(start: slab.base, count: declared))
            return (slab, declared)
        } catch {
            throw .compression(error)
        }
    }

    /// The original of `compressed` as an array.
    package static func bytes(
        of compressed: UnsafeRawBufferPointer, limit: Int, slabs: SlabPool
    ) throws(PeerFault) -> [UInt8] {
        let original = unsafe try decode(compressed, limit: limit, slabs: slabs)
        return Array(Message(slab: original.slab, start: 0, count: original.count))
    }

    /// The declared length, and the bytes that it takes.
    private static func length(_ compressed: RawSpan, _ limit: Int) throws(PeerFault) -> (Int, Int) {
        do throws(DecodeError) {
            var reader = Reader(compressed)
            let declared = try reader.varint32(limit: UInt32(clamping: limit))
            return (Int(declared), compressed.byteCount - reader.remaining)
        } catch {
            throw .malformed(error)
        }
    }
}
