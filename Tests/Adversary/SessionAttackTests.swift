import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveTestNodes
import ConclaveTransport
import Testing

/// Peers that are authorised, shake hands as they should, and then do not keep to the protocol.
@Suite(.timeLimit(.minutes(1))) struct SessionAttackTests {
    // MARK: Records

    @Test func `A1 a record with a flipped bit ends the link, wherever the bit is`() async throws {
        try await Arena.run { arena in
            for place in [1, 2, 10, 19, 20, 21] {
                let session = try await arena.session()
                var record = try session.message([1, 2, 3])
                record[place] ^= 0x10
                try await arena.expect(session, sending: record, endsWith: .forgedRecord)
            }
            #expect(await arena.node.network.snapshot().delivered == 0)
        }
    }

    @Test func `A1 what follows a forged record is not looked at`() async throws {
        try await Arena.run { arena in
            let session = try await arena.session()
            var forged = try session.message([1])
            forged[forged.count - 1] ^= 1
            let good = try session.message([2])
            try await arena.expect(session, sending: forged + good, endsWith: .forgedRecord)
            #expect(await arena.node.network.snapshot().waiting == 0)
        }
    }

    @Test func `A7 a record dropped, swapped, repeated or put in ends the link`() async throws {
        try await Arena.run { arena in
            let tricks: [(Session) throws -> [UInt8]] = [
                { session in  // the first dropped
                    _ = try session.message([1])
                    return try session.message([2])
                },
                { session in  // one in the middle dropped
                    let first = try session.message([1])
                    _ = try session.message([2])
                    return first + (try session.message([3]))
                },
                { session in  // two swapped
                    let first = try session.message([1])
                    return try session.message([2]) + first
                },
                { session in  // one repeated
                    let first = try session.message([1])
                    return first + first
                },
                { session in  // one put in
                    [20] + [UInt8](repeating: 9, count: 20) + (try session.message([1]))
                },
            ]
            for trick in tricks {
                let session = try await arena.session()
                try await arena.expect(session, sending: trick(session), endsWith: .forgedRecord)
            }
        }
    }

    @Test func `A7 a record of another session ends the link`() async throws {
        try await Arena.run { arena in
            let first = try await arena.session()
            let recorded = try first.message([1])
            first.intruder.close()
            let insider = arena.insider.identity.key.publicKey
            #expect(try await arena.nextEvent().isDisconnection(of: insider))
            let second = try await arena.session()
            try await arena.expect(second, sending: recorded, endsWith: .forgedRecord)
        }
    }

    // MARK: Sizes

    @Test func `A28 two gibibytes declared and five bytes sent end the link at once`() async throws {
        try await Arena.run { arena in
            let session = try await arena.session()
            let declared: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x08]
            try await arena.expect(session, sending: declared, endsWith: .frameSize(1 << 31))
        }
    }

    @Test func `A13 a frame that is shorter than a seal, or longer than the largest message, ends the link`()
        async throws
    {
        try await Arena.run(maxMessageBytes: 1_000) { arena in
            for length in [0, 1, 15, 1_000 + 16 + 17, 16_383] {
                let session = try await arena.session()
                var frame = Writer()
                frame.varint(UInt64(length))
                try await arena.expect(session, sending: frame.bytes, endsWith: .frameSize(length))
            }
        }
    }

    @Test func `A13 a length in a longer form than it needs, or of too many bytes, ends the link`()
        async throws
    {
        try await Arena.run { arena in
            let long: [([UInt8], DecodeError)] = [
                ([0x94, 0x00], .nonCanonicalVarint), ([0xFF, 0xFF, 0xFF, 0xFF, 0x1F], .varintOverflow),
                ([0x80, 0x80, 0x80, 0x80, 0x80, 0x01], .nonCanonicalVarint),
            ]
            for (bytes, error) in long {
                let session = try await arena.session()
                try await arena.expect(session, sending: bytes, endsWith: .malformed(error))
            }
        }
    }

    // MARK: Plaintexts

    @Test func `A38 data on a channel that nobody registered ends the link, whatever its number`()
        async throws
    {
        try await Arena.run { arena in
            var before: [String]?
            for channel: UInt64 in [2, 127, 128, 1 << 32, .max - 1, .max] {
                let session = try await arena.session()
                let record = try session.message([1], channel: channel)
                try await arena.expect(session, sending: record, endsWith: .unknownChannel(channel))
                // The first session adds the lines of its peer, and nothing after it any more.
                let series = await arena.series()
                #expect(series == before ?? series)
                before = series
            }
            let lines = try #require(before)
            let channels = lines.compactMap { $0.firstMatch(of: /channel=.([0-9]+)/)?.output.1 }
            #expect(Set(channels) == ["0", "1"])
        }
    }

    @Test func `a message above its channel's size ends the link, the largest is taken`() async throws {
        try await Arena.run(maxMessageBytes: 1_000) { arena in
            let session = try await arena.session()
            try await session.send(session.message([UInt8](repeating: 1, count: 1_000)))
            #expect(await arena.node.hear(1).values.first?.first?.count == 1_000)
            let larger = try session.message([UInt8](repeating: 1, count: 1_001))
            try await arena.expect(
                session, sending: larger, endsWith: .malformed(.aboveLimit(value: 1_001, limit: 1_000)))
        }
    }

    @Test func `a tag without meaning ends the link`() async throws {
        try await Arena.run { arena in
            for tag: UInt8 in [2, 3, 0x7F, 0xFF] {
                let session = try await arena.session()
                let record = try session.record([tag, 0, 1, 1])
                try await arena.expect(session, sending: record, endsWith: .malformed(.unknownTag(tag)))
            }
        }
    }

    @Test func `A13 a plaintext that says less or more than it holds ends the link`() async throws {
        try await Arena.run { arena in
            let plaintexts: [([UInt8], DecodeError)] = [
                ([], .truncated(missing: 1)), ([0], .truncated(missing: 1)),
                ([0, 0], .truncated(missing: 1)),
                ([0, 0, 5, 1, 2], .truncated(missing: 3)), ([0, 0, 1, 1, 2], .trailingBytes(1)),
                ([1, 0], .trailingBytes(1)), ([0, 0x80, 0x00, 0], .nonCanonicalVarint),
                ([0, 0, 0x80, 0x00], .nonCanonicalVarint),
                (
                    [0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
                    .aboveLimit(value: .init(UInt32.max), limit: 1 << 20)
                ),
                ([0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F], .varintOverflow),
            ]
            for (plaintext, error) in plaintexts {
                let session = try await arena.session()
                let record = try session.record(plaintext)
                try await arena.expect(session, sending: record, endsWith: .malformed(error))
            }
        }
    }

    @Test func `junk that is sealed well ends the link`() async throws {
        try await Arena.run { arena in
            var random = SplitMix64(seed: 28)
            for _ in 0..<20 {
                let session = try await arena.session()
                let count = Int.random(in: 1...300, using: &random)
                let junk = [random.next(in: 2...255)] + (0..<count).map { _ in random.next(in: 0...255) }
                try await session.send(session.record(junk))
                #expect(await session.intruder.isEnded())
                let event = try await arena.nextEvent()
                guard case .disconnected(_, .protocolError(.malformed)) = event else {
                    Issue.record("\(event)")
                    continue
                }
            }
        }
    }

    // MARK: Floods

    @Test func `A30 empty messages without end cost only the lane of who sends them`() async throws {
        let channels = [try ChannelOptions(backlog: 100), try ChannelOptions()]
        try await Arena.run(channels: channels) { arena in
            let session = try await arena.session()
            for _ in 0..<10 {
                var flood: [UInt8] = []
                for _ in 0..<500 { flood += try session.message([]) }
                try await session.send(flood)
            }
            let insider = arena.insider.identity.key.publicKey
            try await eventually(in: arena.context) {
                await arena.node.network.snapshot().links.first { $0.peer == insider }?.tally.received
                    == 5_000
            }
            let link = await arena.node.network.snapshot().links.first { $0.peer == insider }
            #expect(link?.tally.laneFull == 4_900)
            #expect(await arena.node.network.snapshot().waiting == 100)
        }
    }

    @Test func `A33 pings without end cost nothing but being read more slowly`() async throws {
        try await Arena.run { arena in
            let session = try await arena.session()
            var flood: [UInt8] = []
            for _ in 0..<1_000 { flood += try session.record([1]) }
            try await session.send(flood)
            let insider = arena.insider.identity.key.publicKey
            try await eventually(in: arena.context) {
                let links = await arena.node.network.snapshot().links
                return links.first { $0.peer == insider }?.reading == .throttled
            }
            try await session.send(session.message([9]))
            #expect(await arena.node.hear(1).values.first == [[9]])
        }
    }

    // MARK: Who does not read

    @Test func `A29 a peer that never reads fills its own outbox, and no more`() async throws {
        let outboxBytes = 1 << 20
        var profile = Profile.local
        profile.outboxBytes = outboxBytes
        try await Arena.run(profile: profile) { arena in
            let session = try await arena.session()
            let insider = arena.insider.identity.key.publicKey
            var sender = arena.node.sender
            let page = [UInt8](repeating: 1, count: 64_000)
            var isFull = false, acceptedBytes = 0, queuedMax = 0
            for _ in 0..<2_000 {
                let sent = try sender.send(page, to: .one(insider))
                if sent.refused.map(\.reason) == [.queueFull] { isFull = true }
                acceptedBytes += sent.acceptedCount * page.count
                if !isFull { continue }
                let links = await arena.node.network.snapshot().links
                queuedMax = max(queuedMax, links.first { $0.peer == insider }?.queuedBytes ?? 0)
            }
            #expect(isFull)
            // Of what is sealed, one segment's worth and one message wait before the socket.
            #expect(queuedMax <= outboxBytes + 65_536 + 2 * page.count)
            #expect(acceptedBytes < 32 << 20)
            try await arena.expectHonestLinkUnharmed()
            withExtendedLifetime(session) {}
        }
    }

    @Test func `A40 an application that never reads keeps its links, only the lane fills`() async throws {
        let channels = [try ChannelOptions(backlog: 16), try ChannelOptions()]
        try await Arena.run(channels: channels) { arena in
            for number in 0..<500 {
                try await arena.honest.deliver([UInt8(number & 0xFF)], to: arena.node.peer)
                if number % 100 == 0 { try await arena.expectHonestLinkUnharmed() }
            }
            let snapshot = await arena.node.network.snapshot()
            #expect(snapshot.waiting <= 16)
            try await eventually(in: arena.context) {
                await arena.node.network.snapshot().total.laneFull == 484
            }
            #expect(await arena.node.hear(16)[arena.honest.peer] == (0..<16).map { [$0] })
        }
    }
}

extension SplitMix64 {
    mutating func next(in range: ClosedRange<UInt8>) -> UInt8 { .random(in: range, using: &self) }
}
