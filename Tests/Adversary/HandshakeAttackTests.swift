import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTestNodes
import ConclaveTransport
import Testing

/// Connections that never become a link. Each ends, is counted under its reason, and the honest peer notices
/// nothing.
@Suite(.timeLimit(.minutes(1))) struct HandshakeAttackTests {
    @Test func `A12 a first frame of any other size closes at its first byte`() async throws {
        try await Arena.run { arena in
            let bytes: [UInt8] = [0, 1, 31, 34, 0x7F, 0x80, 0xA0, 0xFF]
            for byte in bytes {
                let intruder = try await arena.insider.connect()
                try await intruder.send([byte])
                #expect(await intruder.isEnded())
            }
            try await arena.refused("frame_size", UInt64(bytes.count))
        }
    }

    @Test func `A12 a later frame of another size closes too`() async throws {
        try await Arena.run { arena in
            let hello = try Array(arena.insider.dial().output.prefix(ListenerHandshake.helloBytes))
            let early = try await arena.insider.connect()
            try await early.send(hello + [0x7F])
            #expect(await early.isEnded())
            let late = try await arena.insider.unfinished()
            try await late.intruder.send([0x21])
            #expect(await late.intruder.isEnded())
            try await arena.refused("frame_size", 2)
        }
    }

    @Test func `what is no handshake at all is closed`() async throws {
        try await Arena.run { arena in
            let texts = [
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "SSH-2.0-x\r\n", "\u{16}\u{03}\u{01}\u{02}", "{}",
            ]
            for text in texts {
                let intruder = try await arena.insider.connect()
                try await intruder.send(Array(text.utf8))
                #expect(await intruder.isEnded())
            }
            try await arena.refused("frame_size", UInt64(texts.count))
        }
    }

    @Test func `a key that nobody authorised is refused after the first frame`() async throws {
        try await Arena.run { arena in
            let key = try SigningKey(seed: [UInt8](repeating: 99, count: 32))
            let stranger = Insider(
                identity: HandshakeIdentity(key: key, namespace: arena.insider.identity.namespace),
                node: arena.node.peer, address: arena.address, context: arena.context)
            let intruder = try await stranger.connect()
            try await intruder.send(Array(stranger.dial().output.prefix(ListenerHandshake.helloBytes)))
            #expect(await intruder.isEnded())
            try await arena.refused("unauthorised")
        }
    }

    @Test func `A5 a connection that names our own key is refused`() async throws {
        try await Arena.run { arena in
            let reflected = HandshakeIdentity(
                key: arena.node.key, namespace: arena.insider.identity.namespace)
            let ephemeral = try EphemeralKey(secret: [UInt8](repeating: 5, count: 32))
            let output = try DialerHandshake.start(
                reflected, listener: arena.honest.peer, ephemeral: ephemeral,
                at: arena.context.clock.wallTime
            ).output
            let intruder = try await arena.insider.connect()
            try await intruder.send(output)
            #expect(await intruder.isEnded())
            try await arena.refused("own_key")
        }
    }

    @Test func `A4 an Ack of another session is refused`() async throws {
        try await Arena.run { arena in
            let first = try await arena.insider.unfinished()
            let second = try await arena.insider.unfinished()
            try await second.intruder.send(first.ack)
            #expect(await second.intruder.isEnded())
            try await arena.refused("bad_confirmation")
            first.intruder.close()
        }
    }

    @Test func `A4 a handshake of another namespace is refused`() async throws {
        try await Arena.run { arena in
            let other = Insider(
                identity: HandshakeIdentity(
                    key: arena.insider.identity.key, namespace: try Namespace("OTHER")),
                node: arena.node.peer, address: arena.address, context: arena.context)
            let intruder = try await other.connect()
            try await intruder.send(other.dial().output)
            #expect(await intruder.isEnded())
            try await arena.refused("bad_signature")
        }
    }

    @Test func `A49 a replayed Syn is refused before the second signature`() async throws {
        try await Arena.run { arena in
            let handshake = try arena.insider.dial()
            let output = handshake.output
            let first = try await arena.insider.connect()
            try await first.send(output)
            _ = try await first.read(DialerHandshake.replyBytes)
            let second = try await arena.insider.connect()
            try await second.send(output)
            #expect(await second.isEnded())
            try await arena.refused("replayed_syn")
            _ = consume handshake
            first.close()
        }
    }

    @Test func `A14 times at the ends of the clock are refused`() async throws {
        try await Arena.run { arena in
            let now = arena.context.clock.wallTime
            let times = [
                WallTime(milliseconds: 0), WallTime(milliseconds: .max), WallTime(milliseconds: 1 << 63),
                now.advanced(by: .seconds(-60)), now.advanced(by: .seconds(60)),
            ]
            for time in times {
                let intruder = try await arena.insider.connect()
                try await intruder.send(arena.insider.dial(at: time).output)
                #expect(await intruder.isEnded())
            }
            try await arena.refused("time_out_of_window", UInt64(times.count))
        }
    }

    @Test func `A32 the end of the stream after each byte of the handshake frees everything`() async throws {
        try await Arena.run { arena in
            let tasks = arena.node.scope.liveTasks
            let opening = try arena.insider.dial().output
            for count in 0...opening.count {
                let intruder = try await arena.insider.connect()
                try await intruder.send(Array(opening.prefix(count)))
                intruder.finish()
                #expect(await intruder.isEnded())
            }
            for count in 0..<ListenerConfirmation.ackBytes {
                let session = try await arena.insider.unfinished()
                try await session.intruder.send(Array(session.ack.prefix(count)))
                session.intruder.finish()
                #expect(await session.intruder.isEnded())
            }
            try await arena.refused("closed", UInt64(opening.count + 1 + ListenerConfirmation.ackBytes))
            // What opened the honest link may still have been at work when the tasks were counted.
            try await eventually(in: arena.context) { arena.node.scope.liveTasks <= tasks }
        }
    }

    @Test func `A32 a reset after each byte of the handshake frees everything`() async throws {
        try await Arena.run { arena in
            let tasks = arena.node.scope.liveTasks
            let opening = try arena.insider.dial().output
            for count in 0..<opening.count {
                let socket = RawSocket(port: arena.address.port)
                #expect(socket.send(Array(opening.prefix(count))))
                socket.reset()
            }
            try await arena.refused("closed", UInt64(opening.count))
            // What opened the honest link may still have been at work when the tasks were counted.
            try await eventually(in: arena.context) { arena.node.scope.liveTasks <= tasks }
        }
    }

    @Test func `A34 one byte at a time gains no time`() async throws {
        var profile = Profile.local
        profile.handshakeTimeout = .milliseconds(500)
        try await Arena.run(profile: profile) { arena in
            let intruder = try await arena.insider.connect()
            var sent = 0
            for byte in try arena.insider.dial().output {
                guard (try? await intruder.send([byte])) != nil else { break }
                sent += 1
                try await arena.context.sleep(for: .milliseconds(10))
            }
            #expect(sent < ListenerHandshake.helloBytes + ListenerHandshake.synBytes)
            #expect(await intruder.isEnded())
            try await arena.refused("timed_out")
        }
    }

    @Test func `A34 a connection that says nothing is closed by the deadline`() async throws {
        var profile = Profile.local
        profile.handshakeTimeout = .milliseconds(500)
        try await Arena.run(profile: profile) { arena in
            let silent = try await arena.insider.connect()
            let halfway = try await arena.insider.unfinished()
            #expect(await silent.isEnded())
            #expect(await halfway.intruder.isEnded())
            try await arena.refused("timed_out", 2)
        }
    }

    @Test func `A42 a peer whose old link is half open is in at once, and an old Ack evicts nobody`()
        async throws
    {
        try await Arena.run { arena in
            let insider = arena.insider.identity.key.publicKey
            let now = arena.context.clock.wallTime
            let withheld = try await arena.insider.unfinished(at: now.advanced(by: .milliseconds(-20)))
            let old = try await arena.insider.session(at: now.advanced(by: .milliseconds(-10)))
            #expect(try await arena.nextEvent() == .connected(insider, .accepted))
            let new = try await arena.insider.session(at: now)
            #expect(try await arena.nextEvent() == .disconnected(insider, .replaced))
            #expect(try await arena.nextEvent() == .connected(insider, .accepted))
            #expect(await old.intruder.isEnded())

            let late = try await withheld.finished()
            #expect(await late.intruder.isEnded())
            try await arena.refused("stale_syn")
            try await new.send(new.message([7]))
            #expect(await arena.node.hear(1) == [insider: [[7]]])
        }
    }

    @Test func `A51 two machines with one key do not evict each other for ever`() async throws {
        var profile = Profile.local
        profile.peerConnectionCooldown = .seconds(3_600)
        let lines = LoggedLines()
        try await Arena.run(profile: profile, log: lines.log(.warning)) { arena in
            let insider = arena.insider.identity.key.publicKey
            let now = arena.context.clock.wallTime
            _ = try await arena.insider.session(at: now.advanced(by: .milliseconds(-30)))
            #expect(try await arena.nextEvent() == .connected(insider, .accepted))
            let second = try await arena.insider.session(at: now.advanced(by: .milliseconds(-20)))
            #expect(try await arena.nextEvent() == .disconnected(insider, .replaced))
            #expect(try await arena.nextEvent() == .connected(insider, .accepted))
            let third = try await arena.insider.session(at: now.advanced(by: .milliseconds(-10)))
            #expect(await third.intruder.isEnded())
            try await arena.refused("key_in_use_elsewhere")
            // The operator learns whose key it is, and from where.
            let start = #"{"time":"1970-01-01T00:00:00.000Z","level":"warning","scope":"#
            let alarms = lines.all.filter { $0.hasPrefix(start) && $0.contains("in use on two machines") }
            #expect(alarms.count == 1)
            #expect(alarms.first?.hasSuffix(#","peer":"\#(insider)","ip":"127.0.0.1"}"#) == true)
            try await second.send(second.message([8]))
            #expect(await arena.node.hear(1) == [insider: [[8]]])
        }
    }

    @Test func `A16 an unusable curve point is refused without an answer`() async throws {
        try await Arena.run { arena in
            let points: [[UInt8]] = [
                [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31),
                [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F], [UInt8](repeating: 0xFF, count: 32),
            ]
            for point in points {
                let intruder = try await arena.insider.connect()
                try await intruder.send(arena.insider.dial(with: point))
                await #expect(throws: StreamEnd.endOfStream) { try await intruder.read(1) }
                intruder.close()
            }
            try await arena.refused("unusable_ephemeral_key", UInt64(points.count))
        }
    }

    @Test func `a peer that loses its place during its handshake is refused at the next step`() async throws {
        var profile = Profile.local
        profile.trackedPeerSets = 1
        try await Arena.run(profile: profile) { arena in
            let named = try await arena.insider.connect(), opening = try arena.insider.dial().output
            try await named.send(Array(opening.prefix(ListenerHandshake.helloBytes)))
            let shaken = try await arena.insider.unfinished()
            let set = try PeerSet(primary: [arena.node.member(), arena.honest.member()])
            try await arena.node.network.oracle.track(1, set)
            let late = try await shaken.finished()
            #expect(await late.intruder.isEnded())
            try await arena.refused("unauthorised")
            named.close()
        }
    }

    @Test func `A45 2,000 connections from another subnet are closed unread and disturb nobody`()
        async throws
    {
        try await Arena.run { arena in
            for round in 0..<20 {
                for _ in 0..<100 {
                    let socket = RawSocket(port: arena.address.port, from: RawSocket.elsewhere)
                    _ = socket.send([0x20] + [UInt8](repeating: 7, count: 63))
                    socket.close()
                }
                try await arena.expectHonestLinkUnharmed()
                guard round == 10 else { continue }
                let session = try await arena.session()
                session.intruder.close()
                #expect(try await arena.nextEvent().isDisconnection(of: arena.insider.identity.key.publicKey))
            }
            try await arena.refused("unexpected_ip", 2_000)
            #expect(await arena.refusals() == ["unexpected_ip": 2_000])
        }
    }

    @Test func `A45 a flood of junk connections does not hold up an honest peer`() async throws {
        try await Arena.run { arena in
            let address = arena.address
            let floods = (0..<4).map { number in
                arena.context.spawn("flood") { context in
                    for round in 0..<50 {
                        let intruder = try await Intruder(to: address, in: context)
                        try? await intruder.send(
                            [UInt8](repeating: UInt8(number * 50 + round) | 0x80, count: 64))
                        intruder.close()
                    }
                }
            }
            for _ in 0..<20 { try await arena.expectHonestLinkUnharmed() }
            let newcomer = try TestNode(
                3, context: arena.context, options: [ChannelOptions(), ChannelOptions()])
            try newcomer.network.start()
            let set = try PeerSet(primary: [
                arena.node.member(), arena.honest.member(), newcomer.member(),
            ])
            for node in [arena.node, newcomer] { try await node.network.oracle.track(1, set) }
            #expect(try await arena.nextEvent().peer == newcomer.peer)
            for flood in floods { await flood.ended() }
            let refused = await arena.refusals()
            #expect(refused.values.reduce(0, +) <= 201)
            try await eventually(in: arena.context) {
                await arena.refusals().values.reduce(0, +) >= 200
            }
        }
    }
}
