import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveTestNodes
import ConclaveTransport
import Testing

/// Connections that come through a proxy, which is at ``RawSocket/elsewhere``; peers are expected from
/// loopback.
@Suite(.timeLimit(.minutes(1))) struct ProxyTests {
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10] + Array("QUIT\n".utf8)
    private static let honestLine = "PROXY TCP4 127.0.0.1 127.0.0.1 4001 3000\r\n"

    private static var profile: Profile {
        get throws {
            var profile = Profile.local
            profile.proxyNetworks = [try IPNetwork("127.9.0.0/16")]
            profile.handshakeTimeout = .milliseconds(800)
            return profile
        }
    }

    /// Version 2 with an IPv4 source.
    private static func binary(_ source: [UInt8], command: UInt8 = 0x21, options: [UInt8] = []) -> [UInt8] {
        let body = source + [127, 0, 0, 1, 0x0F, 0xA1, 0x0B, 0xB8] + options
        return signature + [command, 0x11, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    @Test
    func `a peer behind a listed proxy is connected, in either version, and not one byte of it is lost`()
        async throws
    {
        let headers: [[UInt8]] = [
            Array(Self.honestLine.utf8), Array("PROXY TCP6 ::ffff:127.0.0.1 ::1 4001 3000\r\n".utf8),
            Self.binary([127, 0, 0, 1]), Self.binary([127, 0, 0, 1], options: [4, 0, 3, 13, 10, 13]),
        ]
        try await Arena.run(profile: Self.profile) { arena in
            let insider = arena.insider.identity.key.publicKey
            for header in headers {
                let socket = RawSocket(port: arena.address.port, from: RawSocket.elsewhere)
                let handshake = try arena.insider.dial()
                // Header and both frames in one segment.
                #expect(socket.send(header + handshake.output))
                let reply = try await Self.read(DialerHandshake.replyBytes, socket, arena)
                let session = try handshake.received(
                    synAck: reply, limits: .standard, at: arena.context.clock.wallTime)
                #expect(socket.send(session.output))
                #expect(try await arena.nextEvent() == .connected(insider, .accepted))
                socket.close()
                #expect(try await arena.nextEvent().isDisconnection(of: insider))
            }
            #expect(await arena.refusals().isEmpty)
        }
    }

    @Test func `whoever is behind the proxy is judged by the address that it names`() async throws {
        try await Arena.run(profile: Self.profile) { arena in
            let strangers = [
                Array("PROXY TCP4 8.8.8.8 127.0.0.1 4001 3000\r\n".utf8), Self.binary([8, 8, 8, 8]),
                Array("PROXY UNKNOWN\r\n".utf8), Self.binary([127, 0, 0, 1], command: 0x20),
            ]
            try await Self.expect(strangers, "unexpected_ip", arena)
        }
    }

    @Test func `a listed proxy that sends no header, or no proper one, is closed`() async throws {
        try await Arena.run(profile: Self.profile) { arena in
            let output = try arena.insider.dial().output
            try await Self.expect(
                [output, Array("GET / HTTP/1.1\r\n\r\n".utf8)], "proxy_header_missing", arena)
            let malformed = ["PROXY TCP4 127.0.0.1 nowhere 1 2\r\n", "PROXY TCP4 127.0.0.1\n 127.0.0.1 1 2"]
            try await Self.expect(malformed.map { Array($0.utf8) }, "proxy_header_malformed", arena)
            let endless = Array("PROXY UNKNOWN ".utf8) + [UInt8](repeating: 0x61, count: 200)
            let declared = Self.signature + [0x21, 0x11, 0xFF, 0xFF]
            try await Self.expect([endless, declared], "proxy_header_too_long", arena)
        }
    }

    @Test func `a header from a network that is not listed is no handshake`() async throws {
        try await Arena.run(profile: Self.profile) { arena in
            let intruder = try await arena.insider.connect()
            try await intruder.send(Array(Self.honestLine.utf8) + arena.insider.dial().output)
            #expect(await intruder.isEnded())
            try await arena.refused("frame_size")
        }
    }

    @Test func `a header that does not end ends with the handshake's time`() async throws {
        try await Arena.run(profile: Self.profile) { arena in
            let silent = RawSocket(port: arena.address.port, from: RawSocket.elsewhere)
            let slow = RawSocket(port: arena.address.port, from: RawSocket.elsewhere)
            for byte in Self.honestLine.utf8 {
                guard slow.send([byte]) else { break }
                try await arena.context.sleep(for: .milliseconds(40))
            }
            try await arena.refused("timed_out", 2)
            for socket in [silent, slow] { socket.close() }
        }
    }

    // MARK: Private

    /// Each of `openings` is closed without an answer, for `reason`.
    private static func expect(_ openings: [[UInt8]], _ reason: String, _ arena: Arena) async throws {
        for opening in openings {
            let socket = RawSocket(port: arena.address.port, from: RawSocket.elsewhere)
            _ = socket.send(opening)
            try await eventually(in: arena.context) { socket.receive(1) != .nothing }
            #expect(socket.receive(1) == .ended)
            socket.close()
        }
        try await arena.refused(reason, UInt64(openings.count))
    }

    private static func read(_ count: Int, _ socket: RawSocket, _ arena: Arena) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            switch socket.receive(count - bytes.count) {
            case .bytes(let more): bytes += more
            case .nothing: try await arena.context.sleep(for: .milliseconds(1))
            case .ended: throw StreamEnd.endOfStream
            }
        }
        return bytes
    }
}
