import ConclaveCodec
import ConclavePrimitives
import ConclaveVectors
import Testing

@testable import ConclaveTransport

@Suite struct CompressedMessageTests {
    private let slabs = SlabPool(keepBytes: 1 << 20)

    private func decode(_ bytes: [UInt8], limit: Int = 1 << 20) throws(PeerFault) -> [UInt8] {
        let result = unsafe bytes.withUnsafeBytes { bytes -> Result<[UInt8], PeerFault> in
            do throws(PeerFault) {
                let (slab, count) = try unsafe CompressedMessage.decode(bytes, limit: limit, slabs: slabs)
                return .success(Array(Message(slab: slab, start: 0, count: count)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func declaring(_ length: UInt64, _ block: [UInt8]) -> [UInt8] {
        var writer = Writer()
        writer.varint(length)
        writer.append(block)
        return writer.bytes
    }

    @Test func `the golden message comes out of its payload`() throws {
        let golden = try GoldenNative.read().items.compressed
        #expect(Hex.text(try decode(Item.golden(golden.payload))) == golden.original)
    }

    @Test(arguments: [14, 100, 5_000, 70_000, 1_000_000])
    func `text comes back as it went, shorter on the way`(count: Int) throws {
        let text = Array("validator votes for block ".utf8)
        let message = (0..<count).map { $0 < 13 ? 0 : text[$0 % text.count] }
        let compressed = try #require(CompressedMessage.encoding(message))
        #expect(compressed.count < message.count)
        #expect(try decode(compressed) == message)
    }

    @Test func `what does not get shorter stays as it is`() {
        var random = SplitMix64(seed: 1)
        for count in [0, 1, 2, 3, 12, 64, 1_000, 70_000] {
            let noise = (0..<count).map { _ in UInt8.random(in: 0...(.max), using: &random) }
            #expect(CompressedMessage.encoding(noise) == nil)
        }
    }

    @Test func `a declared length above the limit is refused before anything else`() {
        #expect(throws: PeerFault.malformed(.aboveLimit(value: 0xFFFF_FFFF, limit: 100))) {
            try decode(declaring(0xFFFF_FFFF, [0]), limit: 100)
        }
    }

    @Test func `more than 255 bytes for each of the block is refused before memory is taken`() {
        let block: [UInt8] = [0x1F, 1, 1, 0, 0]
        #expect(throws: PeerFault.compression(.ratio)) { try decode(declaring(255 * 5 + 1, block)) }
        #expect(throws: PeerFault.compression(.malformedBlock)) { try decode(declaring(255 * 5, block)) }
    }

    @Test func `A27 a bomb of the steepest kind is decompressed up to the limit and no further`() throws {
        let zeros = [UInt8](repeating: 0, count: 1_000_000)
        let bomb = try #require(CompressedMessage.encoding(zeros))
        #expect(bomb.count < 5_000)
        #expect(try decode(bomb, limit: 1_000_000) == zeros)
        #expect(throws: PeerFault.malformed(.aboveLimit(value: 1_000_000, limit: 999_999))) {
            try decode(bomb, limit: 999_999)
        }
    }

    @Test func `a length that is not that of the block, by one more or less, is refused`() throws {
        let message = [UInt8](repeating: 7, count: 1_000)
        let compressed = try #require(CompressedMessage.encoding(message))
        let block = Array(compressed.dropFirst(2))
        #expect(try decode(declaring(1_000, block)) == message)
        for length in [999, 1_001] as [UInt64] {
            #expect(throws: PeerFault.compression(.malformedBlock)) { try decode(declaring(length, block)) }
        }
    }

    @Test func `a message that is no shorter than its original is refused`() {
        #expect(throws: PeerFault.compression(.notShorter)) { try decode(declaring(3, [0x30, 1, 2, 3])) }
        #expect(throws: PeerFault.compression(.notShorter)) { try decode([0]) }
        #expect(throws: PeerFault.malformed(.truncated(missing: 1))) { try decode([]) }
    }

    @Test func `A25 an offset of zero does not show what lay in reused memory`() throws {
        // Fill the pool with bytes that nobody may see again.
        do {
            let slab = slabs.take(8_000)
            unsafe slab.base.initializeMemory(as: UInt8.self, repeating: 0xAA, count: slab.capacity)
        }
        var block: [UInt8] = [0x1F, 1, 0, 0]
        block += [UInt8](repeating: 255, count: 20)
        block += [0, 0x50, 1, 2, 3, 4, 5]
        let length: UInt64 = 1 + 15 + 255 * 20 + 4 + 5
        #expect(throws: PeerFault.compression(.malformedBlock)) { try decode(declaring(length, block)) }
    }
}
