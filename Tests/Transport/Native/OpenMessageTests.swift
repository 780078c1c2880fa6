import Testing

@testable import ConclaveTransport

@Suite struct OpenMessageTests {
    @Test(arguments: [2, 4_096, 4_097, 65_536, 300_000])
    func `pieces of any size come together, and memory is a bounded multiple of what arrived`(total: Int) {
        let slabs = SlabPool(keepBytes: 0)
        let bytes = pattern(total, 3)
        var taken = 1
        var message = unsafe bytes.withUnsafeBytes {
            unsafe OpenMessage(
                slot: 0, coding: .raw, total: total, firstPiece: UnsafeRawBufferPointer(rebasing: $0[..<1]),
                slabs: slabs)
        }
        var size = 1
        while message.missing > 0 {
            size = min(message.missing, size * 3)
            unsafe bytes.withUnsafeBytes {
                unsafe message.append(
                    UnsafeRawBufferPointer(rebasing: $0[taken..<(taken + size)]), slabs: slabs)
            }
            taken += size
            #expect(message.arrived == taken)
            // The pool rounds up to a power of two.
            #expect(message.slab.capacity <= 2 * max(4_096, 16 * taken))
        }
        #expect(Array(Message(slab: message.slab, start: 0, count: total)) == bytes)
    }

    @Test func `two gigabytes claimed and one byte sent take a page`() {
        let slabs = SlabPool(keepBytes: 0)
        let message = unsafe [UInt8](repeating: 1, count: 1).withUnsafeBytes {
            unsafe OpenMessage(slot: 0, coding: .raw, total: Int(UInt32.max), firstPiece: $0, slabs: slabs)
        }
        #expect(message.slab.capacity == 4_096)
    }
}
