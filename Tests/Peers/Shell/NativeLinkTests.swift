import ConclaveCodec
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTestSockets
import Testing

@testable import ConclavePeers
@testable import ConclaveTransport

/// One link that speaks the native profile, on a socket and a clock that the test holds.
struct NativeLinkTests {
    private func world(
        _ options: [ChannelOptions]? = nil, _ direction: Direction = .accepted
    ) throws -> LinkWorld {
        try LinkWorld(
            options: options ?? [ChannelOptions()], direction: direction, wire: .native(version: 1))
    }

    /// After both hellos and the first ping.
    private func open(_ options: [ChannelOptions]? = nil, hello: NativeHello? = nil) throws -> LinkWorld {
        let world = try world(options)
        world.open()
        world.arrive(try world.record(.hello(hello ?? world.hello)))
        _ = try world.heardItems()
        return world
    }

    private func report(_ world: LinkWorld) -> LinkReport { world.link.assumeIsolated { $0.report() } }

    // MARK: Beginning

    @Test(arguments: [Direction.accepted, .dialed])
    func `the hello goes first, and the other's opens the link and is pinged`(direction: Direction) throws {
        let world = try world(nil, direction)
        world.open()
        #expect(world.hasOpened == nil)
        #expect(try world.heardItems() == [.hello(world.hello)])
        world.arrive(try world.record(.hello(world.hello)))
        #expect(world.hasOpened == true)
        guard case .ping? = try world.heardItems().first else { throw Unexpected() }
        #expect(report(world).agent == world.hello.agent)
    }

    struct Unexpected: Error {}

    @Test func `who says anything else first is closed, and told that it broke the protocol`() throws {
        let world = try world()
        world.open()
        world.arrive(try world.record(.ping(1)))
        #expect(world.reason == .protocolError(.outOfTurn))
        #expect(try world.heardItems() == [.hello(world.hello), .goodbye(.protocolError)])
        #expect(world.stream.isClosed)
        #expect(world.releaseCount == 1)
    }

    // MARK: Messages

    @Test func `what waits leaves in few records, in order of priority`() throws {
        let world = try open()
        world.stream.room = 0
        for number in 0..<900 { _ = world.send([1, UInt8(number % 256)], priority: .normal) }
        _ = world.send([2], priority: .critical)
        world.run()
        world.stream.room = .max
        world.run()
        // 901 items of 5 or 4 bytes in one record of 4 KiB and one that follows it.
        #expect(world.stream.written.count < 4_600)
        let heard = try world.heard()
        #expect(heard.first == [2])
        #expect(heard.count == 901)
        #expect(report(world).tally.written == 901)
    }

    @Test(arguments: [0, 1, 4_096, 65_000, 65_408, 65_409, 300_000, 1 << 20])
    func `messages of every size arrive`(size: Int) throws {
        let world = try open()
        let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for _ in 0..<3 {
            _ = world.send(message)
            world.run()
        }
        #expect(try world.heard() == [message, message, message])
        #expect(report(world).tally.written == 3)
    }

    @Test func `a critical message overtakes a large one that has begun`() throws {
        let world = try open()
        world.stream.room = 200_000
        let bulk = [UInt8](repeating: 1, count: 1 << 20)
        _ = world.send(bulk, priority: .bulk)
        world.run()
        _ = world.send([2], priority: .critical)
        world.stream.room = 200_000
        world.run()
        #expect(try world.heard() == [[2]])
        world.stream.room = .max
        world.run()
        #expect(try world.heard() == [bulk])
    }

    /// 4,000 bytes of a message of 100,000.
    private var firstPiece: [UInt8] {
        var piece = Writer()
        piece.byte(0b1101_0001)  // bulk, raw, first
        piece.varint(0)
        piece.varint(100_000)
        piece.lengthPrefixed([UInt8](repeating: 3, count: 4_000))
        return piece.bytes
    }

    @Test func `pieces are paid for while they wait, and one that does not go on ends the link`() throws {
        let world = try open()
        world.arrive(try world.record(firstPiece))
        #expect(report(world).heldBytes >= 4_000)
        #expect(world.memory.budget.used >= 4_000)
        for _ in 0..<3 {
            world.advance(by: .seconds(5))
            for case .ping(let number) in try world.heardItems() {
                world.arrive(try world.record(.pong(number)))
            }
            world.arrive(try world.record(.padding(byteCount: 0)))
        }
        #expect(world.reason == nil)
        world.advance(by: .seconds(5))
        #expect(world.reason == .silent)
        #expect(world.memory.budget.used == 0)
    }

    @Test func `a link that has ended, which a sender may keep, holds nothing that came in part`() throws {
        let world = try open()
        let record = try world.record(firstPiece), cut = try world.record(.padding(byteCount: 3_000))
        world.arrive(record + cut.prefix(100))
        #expect(world.link.assumeIsolated { $0.reader.pinnedBytes } >= 7_000)
        world.link.end(.requested)
        world.run()
        #expect(world.reason == .requested)
        #expect(world.link.assumeIsolated { $0.reader.pinnedBytes } == 0)
    }

    @Test func `what the peer does not take is refused, and told apart`() throws {
        let channels = [ChannelOptions](repeating: try ChannelOptions(), count: 2)
        let narrow = NativeHello(
            versions: 1...1, recordBytes: 65_408, agent: "other",
            channels: [NativeHello.Channel(number: 0, messageBytesMax: 100)])
        let world = try open(channels, hello: narrow)
        if case .accepted = world.send([UInt8](repeating: 1, count: 100)) {
        } else {
            Issue.record("what fits is taken")
        }
        for (bytes, channel) in [(101, 0 as UInt64), (1, 1)] {
            let answer = world.send([UInt8](repeating: 1, count: bytes), channel: channel)
            guard case .refused(.notTaken) = answer else { throw Unexpected() }
        }
        world.run()
        #expect(try world.heard() == [[UInt8](repeating: 1, count: 100)])
        #expect(report(world).tally.undelivered.notTaken == 2)
    }

    @Test func `nobody's record is longer than the smaller limit of the two`() throws {
        let small = NativeHello(
            versions: 1...1, recordBytes: 4_096, agent: "small",
            channels: [NativeHello.Channel(number: 0, messageBytesMax: 1 << 20)])
        let world = try open(hello: small)
        let message = [UInt8](repeating: 9, count: 50_000)
        _ = world.send(message)
        world.run()
        #expect(world.stream.written.prefix(2) == [0x90, 0x20], "a frame of 4,096 and 16 bytes")
        // Our own reader has agreed on the longer ones, and takes the shorter.
        #expect(try world.heard() == [message])
    }

    // MARK: Compression

    @Test func `on a channel that both sides allow, what gets shorter travels so`() throws {
        let world = try open([ChannelOptions(compression: .lz4)])
        let text = Array(String(repeating: "a vote of the validator ", count: 1_000).utf8)
        let compressed = try #require(CompressedMessage.encoding(text))
        let answer = world.link.outbox.offer(
            text, compressed: compressed, to: .of(0), priority: .normal, limitedNow: nil)
        guard case .accepted = answer else { throw Unexpected() }
        world.executor.schedule(world.link)
        world.run()
        #expect(world.stream.written.count < text.count / 10)
        #expect(try world.heard() == [text])
    }

    @Test func `where the peer does not allow it nothing is compressed`() throws {
        let plain = NativeHello(
            versions: 1...1, recordBytes: 65_408, agent: "plain",
            channels: [NativeHello.Channel(number: 0, messageBytesMax: 1 << 20)])
        let world = try open([ChannelOptions(compression: .lz4)], hello: plain)
        let text = [UInt8](repeating: 7, count: 10_000)
        let compressed = try #require(CompressedMessage.encoding(text))
        _ = world.link.outbox.offer(
            text, compressed: compressed, to: .of(0), priority: .normal, limitedNow: nil)
        world.executor.schedule(world.link)
        world.run()
        #expect(world.stream.written.count > text.count)
        #expect(try world.heard() == [text])
    }

    // MARK: Pings

    @Test func `a ping is answered, and an answered one shows how long it took`() throws {
        let world = try world()
        world.open()
        world.arrive(try world.record(.hello(world.hello)))
        let items = try world.heardItems()
        guard case .ping(let number)? = items.last else { throw Unexpected() }
        world.arrive(try world.record(.ping(77)))
        #expect(try world.heardItems() == [.pong(77)])
        world.executor.advance(by: .milliseconds(40))
        world.arrive(try world.record(.pong(number)))
        #expect(report(world).roundTrip == .milliseconds(40))
        #expect(world.reason == nil)
    }

    @Test func `a thousand pings are answered a few times, and their sender is read more slowly`() throws {
        let world = try open()
        var bytes: [UInt8] = []
        for number in 0..<1_000 { bytes += try world.record(.ping(UInt64(number))) }
        world.arrive(bytes)
        #expect(try world.heardItems() == [.pong(0), .pong(1)])
        #expect(!world.stream.interest.contains(.readable))
        world.advance(by: .milliseconds(2_500))
        #expect(try world.heardItems() == [.pong(999)])
        #expect(world.reason == nil)
    }

    @Test func `padding is not free`() throws {
        let world = try open()
        for _ in 0..<4 { world.arrive(try world.record(.padding(byteCount: 65_000))) }
        #expect(world.stream.interest.contains(.readable))
        world.arrive(try world.record(.padding(byteCount: 65_000)))
        #expect(!world.stream.interest.contains(.readable))
        #expect(world.reason == nil)
    }

    // MARK: Goodbyes

    /// The machine says once that a link ends, and it had said it for what the reader then threw away.
    @Test(arguments: [ControlItem.goodbye(.overloaded), .pong(1)])
    func `an end counts although what comes with it cannot be read`(item: ControlItem) throws {
        let world = try open()
        world.arrive(try world.record(item) + world.record([0x0F]))
        let reason: CloseReason =
            item == .pong(1) ? .protocolError(.outOfTurn) : .goodbye(.overloaded)
        #expect(world.reason == reason)
        #expect(world.stream.isClosed)
        #expect(world.releaseCount == 1)
    }

    @Test func `a link that finishes writes what waits, then says goodbye, then closes its side`() throws {
        let world = try open()
        world.stream.room = 0
        for number in 0..<5 { _ = world.send([UInt8(number)]) }
        world.link.finish()
        world.run()
        world.stream.room = .max
        world.run()
        #expect(world.stream.hasFinishedWriting)
        #expect(try world.heard() == [[0], [1], [2], [3], [4], nil])
        world.stream.writeEnd = .reset
        world.advance(by: .seconds(6))
        #expect(world.reason == nil, "nothing is written behind the goodbye")
        world.arrive(try world.record(.goodbye(.shutdown)))
        #expect(world.reason == .shutdown)
    }

    @Test(arguments: GoodbyeReason.allCases)
    func `who says goodbye is let go, for its reason`(reason: GoodbyeReason) throws {
        let world = try open()
        world.arrive(try world.record([0x80 | 3 << 4, 0, 1, 5]) + world.record(.goodbye(reason)))
        #expect(world.reason == .goodbye(reason))
        #expect(world.counts().queued == 1)
        #expect(try world.heardItems() == [], "a goodbye is not answered")
    }

    @Test(arguments: [
        (CloseReason.replaced, GoodbyeReason.replaced), (.notAuthorised, .notWanted), (.shutdown, .shutdown),
    ])
    func `who is sent away hears why, behind what was sealed`(reason: CloseReason, told: GoodbyeReason) throws
    {
        let world = try open()
        world.link.end(reason)
        world.run()
        #expect(world.reason == reason)
        #expect(try world.heardItems() == [.goodbye(told)])
        #expect(world.memory.budget.used == 0)
    }

    @Test func `who is blocked, or may come back at once, hears nothing`() throws {
        for (reason, farewell) in [(CloseReason.notAuthorised, Farewell.silent), (.requested, .asUsual)] {
            let world = try open()
            world.link.end(reason, farewell)
            world.run()
            #expect(world.reason == reason)
            #expect(try world.heardItems() == [])
        }
    }
}
