import ConclaveTestWires
import Testing

@testable import ConclaveTransport

@Suite struct SealedQueueTests {
    @Test func `what the kernel did not take is offered again from where it stopped`() throws {
        let tap = Wiretap()
        for size in [100, 9_000, 70_000, 1] { #expect(tap.send([UInt8](repeating: 3, count: size))) }
        tap.packer.take(from: &tap.lanes)
        try tap.packer.pack(
            into: &tap.queue, key: &tap.sealing, segments: tap.segments, budget: .max, at: tap.now)
        let total = tap.queued.bytes
        #expect(tap.queued.messages == 4)
        let receiving = try Receiving()
        var done = 0, written = 0, step = 1
        while !tap.queue.isEmpty {
            var offered: [UInt8] = []
            unsafe tap.queue.withBuffers { buffers in
                unsafe offered = buffers.flatMap { unsafe Array($0) }
            }
            let taken = min(step, offered.count)
            try receiving.feed(offered.prefix(taken))
            done += tap.queue.consume(taken, segments: tap.segments)
            written += taken
            #expect(tap.queued.bytes == total - written)
            step = step * 3 % 20_011
        }
        #expect(done == 4)
        #expect(receiving.heard.count == 4)
    }
}
