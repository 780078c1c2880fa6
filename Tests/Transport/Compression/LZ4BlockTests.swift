import ConclaveCodec
import ConclavePrimitives
import Testing

@testable import ConclaveTransport

@Suite struct LZ4BlockTests {
    private static func length(_ block: [UInt8], limit: Int = 1 << 20) throws -> Int {
        try LZ4Block.length(of: unsafe block.span.bytes, limit: limit)
    }

    private static func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
        var target = [UInt8](repeating: 0, count: bytes.count + bytes.count / 200 + 32)
        let count = unsafe target.withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { unsafe LZ4Block.compress($0, into: target) }
        }
        return Array(target.prefix(try #require(count)))
    }

    /// Decompresses into memory that held something else before.
    private static func decompressed(_ block: [UInt8], _ count: Int) throws -> [UInt8] {
        var target = [UInt8](repeating: 0xAA, count: count)
        try unsafe target.withUnsafeMutableBytes { target in
            try unsafe block.withUnsafeBytes { try unsafe LZ4Block.decompress($0, into: target) }
        }
        return target
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `the length of what liblz4 made is found, and it comes back whole`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 0...20_000, using: &random),
            letters = UInt8.random(in: 1...40, using: &random)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0..<letters, using: &random) }
        let block = try Self.compressed(bytes)
        #expect(try Self.length(block) == count)
        #expect(try Self.decompressed(block, count) == bytes)
        if count > 0 {
            #expect(throws: CompressionFault.malformedBlock) { try Self.length(block, limit: count - 1) }
        }
    }

    @Test func `a block that refers to bytes in front of the first is refused`() {
        for offset in [0, 2, 0x100, 0xFFFF] as [UInt16] {
            let bytes = [UInt8(truncatingIfNeeded: offset), UInt8(truncatingIfNeeded: offset >> 8)]
            let block: [UInt8] = [0x10, 7] + bytes + [0x50, 1, 2, 3, 4, 5]
            #expect(throws: CompressionFault.malformedBlock) { try Self.length(block) }
        }
        #expect(throws: Never.self) { try Self.length([0x10, 7, 1, 0, 0x50, 1, 2, 3, 4, 5]) }
    }

    @Test func `a block cut anywhere is refused or shorter`() throws {
        let bytes = (0..<4_000).map { UInt8(truncatingIfNeeded: $0 / 7 &* $0) }
        let block = try Self.compressed(bytes)
        for count in block.indices {
            do throws(CompressionFault) {
                let length = try LZ4Block.length(
                    of: unsafe block.span.bytes.extracting(0..<count), limit: 4_000)
                #expect(length < 4_000)
            } catch {
                #expect(error == .malformedBlock)
            }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `A26 whatever a block holds, decompressing fails or gives what was announced`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var decoded = 0
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...40, using: &random)
            let block = (0..<count).map { _ in UInt8.random(in: 0...(.max), using: &random) & 0x3F }
            guard let length = try? Self.length(block, limit: 5_000) else { continue }
            // The rules of a block's last bytes are liblz4's to enforce.
            if let first = try? Self.decompressed(block, length) {
                #expect(first.count == length)
                #expect(try Self.decompressed(block, length) == first)
                decoded += 1
            }
        }
        #expect(decoded > 0)
    }

    @Test func `run lengths without end do not overflow`() {
        let run = [UInt8](repeating: 255, count: 100_000)
        #expect(throws: CompressionFault.malformedBlock) { try Self.length([0xF0] + run, limit: .max) }
        #expect(throws: CompressionFault.malformedBlock) {
            try Self.length([0x1F, 1, 1, 0] + run, limit: .max)
        }
    }
}
