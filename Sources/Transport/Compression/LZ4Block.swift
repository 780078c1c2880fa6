import CConclaveLZ4
import ConclaveCodec

/// The LZ4 block format (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md), each block on its
/// own.
package enum LZ4Block {
    /// Longest input that liblz4 takes, in bytes.
    static let inputBytesMax = 0x7E00_0000
    /// A byte of a block stands for at most so many bytes.
    static let expansionMax = 255
    private static let matchBytesMin = 4

    /// Bytes that `block` decompresses into, found without writing any.
    ///
    /// Every reference is held against the bytes in front of it, so that decompressing reads only what it
    /// has written: liblz4 lets an offset of zero pass, which repeats whatever lay in the memory.
    static func length(of block: RawSpan, limit: Int) throws(CompressionFault) -> Int {
        do throws(DecodeError) {
            var reader = Reader(block)
            var length = 0
            while true {
                let token = try reader.byte()
                let literals = try run(token >> 4, &reader)
                _ = try reader.take(literals)
                length += literals
                guard length <= limit else { throw .aboveLimit(value: UInt64(length), limit: UInt64(limit)) }
                if reader.remaining == 0 { return length }
                let offset = Int(try reader.integer(UInt16.self).byteSwapped)
                guard offset > 0, offset <= length else {
                    throw .aboveLimit(value: UInt64(offset), limit: UInt64(length))
                }
                length += try run(token & 0xF, &reader) + matchBytesMin
                guard length <= limit else { throw .aboveLimit(value: UInt64(length), limit: UInt64(limit)) }
            }
        } catch {
            throw .malformedBlock
        }
    }

    /// A length whose first four bits stand in the token: 15 is followed by bytes to be added, up to the
    /// first that is not 255.
    private static func run(_ bits: UInt8, _ reader: inout Reader) throws(DecodeError) -> Int {
        var length = Int(bits)
        guard bits == 15 else { return length }
        while true {
            let more = try reader.byte()
            length += Int(more)
            if more < 255 { return length }
        }
    }

    /// Compresses `source` into `target`; nil if that is not long enough.
    static func compress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int?
    {
        guard source.count <= inputBytesMax, unsafe !target.isEmpty else { return nil }
        let written = unsafe LZ4_compress_default(
            source.baseAddress?.assumingMemoryBound(to: CChar.self),
            target.baseAddress?.assumingMemoryBound(to: CChar.self),
            Int32(source.count), Int32(clamping: target.count))
        return written > 0 ? Int(written) : nil
    }

    /// Decompresses `block` into exactly the bytes of `target`, which `length(of:limit:)` has told.
    package static func decompress(
        _ block: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(CompressionFault) {
        let written = unsafe LZ4_decompress_safe(
            block.baseAddress?.assumingMemoryBound(to: CChar.self),
            target.baseAddress?.assumingMemoryBound(to: CChar.self),
            Int32(clamping: block.count), Int32(clamping: target.count))
        guard Int(written) == target.count else { throw .malformedBlock }
    }
}
