import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTestSockets
import ConclaveTransport
import Testing

@testable import ConclavePeers

/// One link on a socket and a clock that the test holds.
struct LinkTests {
    private func world(
        _ options: [ChannelOptions]? = nil, _ direction: Direction = .accepted, profile: Profile = .local
    ) throws -> LinkWorld {
        try LinkWorld(options: options ?? [ChannelOptions()], direction: direction, profile: profile)
    }

    // MARK: Opening

    @Test func `who accepted is open at once and pings first`() throws {
        let world = try world()
        world.open()
        #expect(world.hasOpened == true)
        #expect(try world.heard() == [nil])
    }

    @Test func `who dialled is open with the first record`() throws {
        let world = try world(nil, .dialed)
        world.open()
        #expect(world.hasOpened == nil)
        world.arrive(try world.record([1]))
        #expect(world.hasOpened == true)
    }

    @Test func `who dialled is open after a second even if nothing is said`() throws {
        let world = try world(nil, .dialed)
        world.open()
        world.advance(by: .milliseconds(999))
        #expect(world.hasOpened == nil)
        world.advance(by: .milliseconds(1))
        #expect(world.hasOpened == true)
    }

    @Test func `a link that was ended before it began opens nothing and leaves nothing`() throws {
        let world = try world()
        world.link.end(.notAuthorised)
        world.executor.run()
        world.open()
        #expect(world.hasOpened == false)
        #expect(world.reason == .notAuthorised)
        #expect(world.stream.isClosed && !world.stream.hasOwner)
        #expect(world.executor.alarms == [])
        #expect(world.releaseCount == 1)
        // The peer's lane is free for another peer, as it is if the link never was.
        #expect(world.registry.entries[0].inbox.openLane(for: peer(9), owner: Owner()).place == 0)
    }

    @Test func `a link whose first write fails ends and leaves no alarm`() throws {
        let world = try world()
        world.stream.writeEnd = .reset
        world.open()
        #expect(world.reason == .reset)
        #expect(world.executor.alarms == [])
        #expect(world.releaseCount == 1)
    }

    // MARK: Out

    @Test func `messages leave in order, through a socket that takes a few bytes at a time`() throws {
        let world = try world()
        world.open()
        world.stream.room = 0
        let messages = (0..<50).map { [UInt8](repeating: UInt8($0), count: $0 * 7) }
        for message in messages { _ = world.send(message) }
        world.run()
        for _ in 0..<3_000 {
            world.stream.room = 13
            world.run()
        }
        #expect(try world.heard() == [nil] + messages.map { Optional($0) })
        let report = world.link.assumeIsolated { $0.report() }
        #expect((report.tally.accepted, report.tally.written, report.queuedMessages) == (50, 50, 0))
    }

    @Test func `while the socket takes nothing, what is urgent overtakes what waits`() throws {
        let world = try world()
        world.open()
        _ = try world.heard()
        world.stream.room = 0
        let bulk = [UInt8](repeating: 1, count: 60_000)
        for _ in 0..<10 { _ = world.send(bulk, priority: .bulk) }
        world.run()
        _ = world.send([2], priority: .critical)
        world.stream.room = .max
        world.run()
        let sizes = try world.heard().compactMap { $0?.count }
        let place = try #require(sizes.firstIndex(of: 1))
        #expect(place <= 2, "behind what was sealed already, and no more")
        #expect(sizes.count == 11)
    }

    @Test func `a write that makes no progress ends the link, one that crawls does not`() throws {
        var profile = Profile.local
        profile.silenceTimeout = .seconds(15)
        let world = try world(profile: profile)
        world.open()
        world.stream.room = 0
        for _ in 0..<10 { _ = world.send([UInt8](repeating: 1, count: 10_000)) }
        world.run()
        for _ in 0..<6 {
            world.advance(by: .seconds(10))
            world.arrive(try world.record([1]))
            world.stream.room = 1
            world.run()
        }
        #expect(world.reason == nil)
        world.advance(by: .seconds(10))
        world.arrive(try world.record([1]))
        world.advance(by: .seconds(6))
        #expect(world.reason == .writeStalled)
    }

    @Test func `a link that finishes writes what waits, closes its side, and ends with the peer's`() throws {
        let world = try world()
        world.open()
        world.stream.room = 0
        for number in 0..<5 { _ = world.send([UInt8(number)]) }
        world.link.finish()
        world.run()
        if case .refused(.notConnected) = world.send([9]) {
        } else {
            Issue.record("took a message after finish")
        }
        #expect(!world.stream.hasFinishedWriting)
        world.stream.room = .max
        world.run()
        #expect(world.stream.hasFinishedWriting)
        #expect(try world.heard() == [nil, [0], [1], [2], [3], [4]])
        #expect(world.reason == nil)
        world.stream.end = .endOfStream
        world.run()
        #expect(world.reason == .shutdown)
    }

    @Test func `a link that has finished and waits for its peer writes no ping behind the end`() throws {
        let world = try world()
        world.open()
        world.link.finish()
        world.run()
        #expect(world.stream.hasFinishedWriting)
        world.stream.writeEnd = .reset
        world.advance(by: .seconds(12))
        #expect(world.reason == nil)
    }

    // MARK: In

    @Test func `what arrives goes to the inbox of its channel`() throws {
        let world = try world([ChannelOptions(), ChannelOptions()])
        world.open()
        world.arrive(
            try world.message([1]) + world.message([2], channel: 1) + world.message([3], channel: 1))
        #expect(world.counts(0).queued == 1)
        #expect(world.counts(1).queued == 2)
    }

    @Test(arguments: [1, 2, 15, 16, 17, 1_000]) func `records may be cut anywhere`(size: Int) throws {
        let world = try world()
        world.open()
        var bytes: [UInt8] = []
        for count in [0, 1, 100, 5_000] {
            bytes += try world.message([UInt8](repeating: 3, count: count))
        }
        for start in stride(from: 0, to: bytes.count, by: size) {
            world.arrive(Array(bytes[start..<min(bytes.count, start + size)]))
        }
        #expect(world.counts().queued == 4)
        #expect(world.reason == nil)
    }

    @Test func `a forged record ends the link, and what came before it is delivered`() throws {
        let world = try world()
        world.open()
        let good = try world.message([1])
        var forged = try world.message([2])
        forged[forged.count - 1] ^= 1
        world.arrive(good + forged)
        #expect(world.reason == .protocolError(.forgedRecord))
        #expect(world.counts().queued == 1)
        #expect(world.stream.isClosed)
        #expect(world.releaseCount == 1)
        #expect(world.executor.alarms == [])
    }

    @Test func `silence ends the link, any byte keeps it`() throws {
        let world = try world()
        world.open()
        for _ in 0..<3 {
            world.advance(by: .seconds(14))
            world.arrive(try world.record([1]))
        }
        #expect(world.reason == nil)
        world.advance(by: .seconds(15))
        #expect(world.reason == .silent)
    }

    @Test func `a lane that is full pauses reading, and the peer is not called silent meanwhile`()
        async throws
    {
        let world = try world([ChannelOptions(backlog: 2, overflow: .pauseReading)])
        world.open()
        for number in 0..<4 { world.arrive(try world.message([UInt8(number)])) }
        #expect(!world.stream.interest.contains(.readable))
        #expect(world.counts().queued == 3)
        world.advance(by: .seconds(60))
        #expect(world.reason == nil)
        var batches: [Batch] = []
        await world.registry.entries[0].inbox.next(into: &batches)
        world.run()
        #expect(world.stream.interest.contains(.readable))
        #expect(world.counts().queued == 1)
    }

    @Test func `who sends more than its quota is read again as soon as that is paid for`() throws {
        let world = try world([ChannelOptions(messagesPerSecond: 10)])
        world.open()
        var bytes: [UInt8] = []
        for _ in 0..<25 { bytes += try world.message([1]) }
        world.arrive(bytes)
        #expect(world.counts().queued == 25)
        #expect(!world.stream.interest.contains(.readable))
        world.advance(by: .milliseconds(1_400))
        #expect(!world.stream.interest.contains(.readable))
        world.advance(by: .milliseconds(100))
        #expect(world.stream.interest.contains(.readable))
    }

    @Test func `who sends more bytes than its quota is read again as soon as they are paid for`() throws {
        let world = try world([ChannelOptions(bytesPerSecond: 1 << 20)])
        world.open()
        let half = [UInt8](repeating: 1, count: 500_000)
        for _ in 0..<2 { world.arrive(try world.message(half)) }
        #expect(world.stream.interest.contains(.readable))
        world.arrive(try world.message(half))
        #expect(!world.stream.interest.contains(.readable))
        world.advance(by: .milliseconds(400))
        #expect(!world.stream.interest.contains(.readable))
        world.advance(by: .milliseconds(100))
        #expect(world.stream.interest.contains(.readable))
        #expect(world.reason == nil)
    }

    @Test func `a peer that is read more slowly is read again in time, whatever else rings meanwhile`() throws
    {
        let world = try world([ChannelOptions(messagesPerSecond: 10)])
        world.open()
        world.advance(by: .milliseconds(4_900))
        var bytes: [UInt8] = []
        for _ in 0..<15 { bytes += try world.message([1]) }
        world.arrive(bytes)
        _ = try world.heard()
        #expect(!world.stream.interest.contains(.readable))
        world.advance(by: .milliseconds(400))  // the ping is due after 100 ms
        #expect(try world.heard() == [nil])
        #expect(!world.stream.interest.contains(.readable))
        world.advance(by: .milliseconds(100))
        #expect(world.stream.interest.contains(.readable))
    }

    @Test func `pings go on in time while a peer is read more slowly`() throws {
        let world = try world([ChannelOptions(messagesPerSecond: 10)])
        world.open()
        _ = try world.heard()
        var bytes: [UInt8] = []
        for _ in 0..<100 { bytes += try world.message([1]) }
        world.arrive(bytes)
        world.advance(by: .milliseconds(4_999))
        #expect(try world.heard() == [])
        world.advance(by: .milliseconds(1))
        #expect(try world.heard() == [nil])
    }

    @Test func `a thousand pings cost a pause of half a period, not the link`() throws {
        let world = try world()
        world.open()
        for _ in 0..<3 { world.arrive(try world.record([1])) }
        #expect(!world.stream.interest.contains(.readable))
        world.advance(by: .milliseconds(2_499))
        #expect(!world.stream.interest.contains(.readable))
        world.advance(by: .milliseconds(1))
        #expect(world.stream.interest.contains(.readable))
        #expect(world.reason == nil)
    }
}
