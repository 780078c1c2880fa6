import ConclaveCryptography
import ConclavePrimitives
import ConclaveTestWires
import Testing

@testable import ConclaveTransport

@Suite struct PackedRecordTests {
    /// A sender whose peer's hello has come.
    private func tap(recordBytes: Int = RecordLimit.highest) throws -> (tap: Wiretap, hello: [UInt8]) {
        let tap = Wiretap(layout: .packed)
        tap.send(.hello(NativeSpeaker.hello))
        let hello = try tap.wireBytes()
        tap.agreed(recordBytes: recordBytes)
        return (tap, hello)
    }

    /// Lengths of the plaintexts of the records in `wire`.
    private func records(_ wire: [UInt8]) -> [Int] {
        var lengths: [Int] = []
        var at = 0
        while at < wire.count {
            var length = 0, shift = 0
            repeat {
                length |= Int(wire[at] & 0x7F) << shift
                shift += 7
                at += 1
            } while wire[at - 1] >= 0x80
            lengths.append(length - SealingKey.overhead)
            at += length
        }
        return lengths
    }

    @Test func `a thousand small messages leave in a few records`() throws {
        let (tap, hello) = try tap()
        for index in 0..<1_000 { #expect(tap.send([UInt8](repeating: UInt8(index % 251), count: 64))) }
        let wire = try tap.wireBytes()
        // A lane begins with a small segment.
        #expect(records(wire) == [61 * 67, 939 * 67])
        let receiving = try Receiving.native()
        try receiving.feed(hello + wire)
        #expect(receiving.messages.count == 1_000)
    }

    @Test func `what waits in several lanes leaves in one record, the most urgent first`() throws {
        let (tap, hello) = try tap()
        for (index, priority) in [Priority.bulk, .normal, .critical, .low, .high, .normal, .critical]
            .enumerated()
        {
            #expect(tap.send([UInt8(index)], priority: priority))
        }
        tap.send(.ping(3))
        let wire = try tap.wireBytes()
        #expect(records(wire).count == 1)
        let receiving = try Receiving.native()
        try receiving.feed(hello + wire)
        #expect(receiving.heard.dropFirst().first == .control(.ping(3)))
        #expect(receiving.messages == [[2], [6], [4], [1], [5], [3], [0]])
    }

    @Test func `no record is longer than the peer has allowed, and none longer than the lowest before`()
        throws
    {
        for limit in [nil, 4_096, 5_000, 20_000, 65_408] {
            let tap = Wiretap(layout: .packed)
            tap.send(.hello(NativeSpeaker.hello))
            if let limit { tap.agreed(recordBytes: limit) }
            for size in [0, 100, 4_000, 4_089, 4_090, 4_096, 4_097, 20_000, 65_403, 65_404, 200_000] {
                #expect(tap.send([UInt8](repeating: 1, count: size)))
                #expect(tap.send([UInt8](repeating: 2, count: size), priority: .bulk))
            }
            let wire = try tap.wireBytes()
            let lengths = records(wire)
            #expect(lengths.allSatisfy { $0 > 0 && $0 <= limit ?? 4_096 })
            #expect(lengths[0] <= 4_096)
            let receiving = try Receiving.native()
            try receiving.feed(wire)
            #expect(receiving.messages.count == 22)
        }
    }

    @Test func `a message is cut if it fits no record, or much of one would stay empty`() throws {
        let (tap, hello) = try tap()
        for _ in 0..<5 { #expect(tap.send([UInt8](repeating: 1, count: 20_000))) }
        #expect(records(try tap.wireBytes()) == [60_015, 40_010])

        let (other, _) = try self.tap()
        let messages = (0..<9).map { [UInt8](repeating: $0, count: 16_384) }
        for message in messages { #expect(other.send(message)) }
        let wire = try other.wireBytes()
        #expect(records(wire).map { $0 == 65_408 } == [true, true, false])
        let receiving = try Receiving.native()
        try receiving.feed(hello + wire)
        #expect(receiving.messages == messages)
    }

    @Test func `a message that fits no record fills those it leaves in`() throws {
        let (other, hello) = try self.tap()
        #expect(other.send([UInt8](repeating: 1, count: 1 << 20)))
        let wire = try other.wireBytes()
        #expect(records(wire).dropLast().allSatisfy { $0 == 65_408 })
        let receiving = try Receiving.native()
        try receiving.feed(hello + wire)
        #expect(receiving.messages == [[UInt8](repeating: 1, count: 1 << 20)])
    }

    @Test func `an urgent message overtakes a long one between two records`() throws {
        let (tap, hello) = try tap()
        #expect(tap.send([UInt8](repeating: 5, count: 1_000_000), priority: .bulk))
        let receiving = try Receiving.native()
        try receiving.feed(hello + tap.wireBytes(budget: 0))
        #expect(receiving.messages.isEmpty)
        #expect(receiving.arrived(.bulk) ?? 0 > 60_000)
        #expect(tap.send([1], priority: .critical))
        try receiving.feed(try tap.wireBytes(budget: 0))
        #expect(receiving.messages == [[1]])
        try receiving.feed(try tap.wireBytes())
        #expect(receiving.messages == [[1], [UInt8](repeating: 5, count: 1_000_000)])
    }

    @Test func `a flood of urgent messages leaves the lower lane a sixteenth of the bytes`() throws {
        let (tap, hello) = try tap()
        let receiving = try Receiving.native()
        try receiving.feed(hello)
        let urgent = [UInt8](repeating: 1, count: 20_000)
        let bulk = [UInt8](repeating: 2, count: 400_000)
        #expect(tap.send(bulk, priority: .bulk))
        var turns = 0
        while !receiving.heard.contains(.message(channel: 0, bulk)) {
            // More than one turn takes, so that something urgent always waits.
            for _ in 0..<4 { #expect(tap.send(urgent, priority: .critical)) }
            try receiving.feed(try tap.wireBytes(budget: 65_536))
            turns += 1
            try #require(turns < 200)
        }
        let ratio = Double((receiving.heard.count - 2) * urgent.count) / 400_000
        #expect((12...17).contains(ratio), "\(ratio)")
    }

    @Test func `no more is sealed ahead than the budget and what frames and heads add to it`() throws {
        let (tap, _) = try tap()
        for size in [100, 50_000, 200, 9_000, 300, 30_000, 100_000, 100_000] {
            for priority in [Priority.critical, .normal, .bulk] {
                #expect(tap.send([UInt8](repeating: 1, count: size), priority: priority))
            }
        }
        while !tap.packer.isEmpty || tap.waiting.messages > 0 {
            tap.packer.take(from: &tap.lanes)
            try tap.packer.pack(
                into: &tap.queue, key: &tap.sealing, segments: tap.segments, budget: 65_408, at: tap.now)
            let sealed = tap.packer.takeSealed()
            tap.lanes.sealed(messages: sealed.messages, bytes: sealed.bytes)
            #expect(tap.queued.bytes > 0 && tap.queued.bytes <= 65_408 + 35)
            _ = tap.queue.consume(tap.queued.bytes, segments: tap.segments)
        }
    }

    @Test func `counts return to zero when everything has left`() throws {
        let (tap, _) = try tap()
        for size in [0, 10, 5_000, 200_000] { #expect(tap.send([UInt8](repeating: 0, count: size))) }
        tap.send(.ping(1))
        #expect(tap.waiting.messages == 4)
        _ = try tap.wireBytes()
        #expect(tap.waiting.messages == 0)
        #expect(tap.waiting.bytes == 0)
        #expect(tap.queued.bytes == 0 && tap.queued.messages == 0)
    }

    @Test func `a message counts as written with the record that ends it`() throws {
        let (tap, _) = try tap()
        #expect(tap.send([UInt8](repeating: 0, count: 100_000)))
        tap.packer.take(from: &tap.lanes)
        try tap.packer.pack(
            into: &tap.queue, key: &tap.sealing, segments: tap.segments, budget: .max, at: tap.now)
        let total = tap.queued.bytes
        #expect(tap.queued.messages == 1)
        #expect(tap.queue.consume(total - 1, segments: tap.segments) == 0)
        #expect(tap.queue.messagesWrittenInPart == 0)
        #expect(tap.queue.consume(1, segments: tap.segments) == 1)
    }

    @Test func `a used-up key stops the link instead of repeating a nonce`() throws {
        let (tap, _) = try tap()
        tap.sealing = SealingKey(key: Wiretap.key, counter: .max - 1)
        #expect(tap.send([UInt8](repeating: 1, count: 200_000)))
        #expect(throws: (any Error).self) { _ = try tap.wireBytes() }
    }
}
