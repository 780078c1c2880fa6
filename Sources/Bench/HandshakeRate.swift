import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePeers
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// Complete handshakes a second between several dialers in one process and one listener: connection, keys, an
/// open link on the listener's side, and its end.
enum HandshakeRate: PairBenchmark {
    static let name = "handshake"
    static let settings: [Setting] = [.loops]
    static let figures = ["handshakesPerSecond"]

    /// Dialers at once, and keys that each takes in turn, so that no key comes back while its last link is
    /// still closing.
    private static let dialers = 8, keysEach = 64

    static func references(_ options: BenchOptions) -> [Reference] {
        [
            Reference(
                name: Reference.libsodiumC, program: "ceiling",
                arguments: ["handshake", "sodium", "\(dialers)", "\(options.duration.inSeconds)"])
        ]
    }

    static func listen(_ options: BenchOptions, _ context: Context) async throws {
        let unlimited = Rate(1_000_000, per: .seconds(1))
        let node = try await BenchNode.listen(options, dialers: dialers * keysEach, context: context) {
            profile in
            profile.handshakesPerIP = unlimited
            profile.handshakesPerSubnet = unlimited
            profile.peerConnectionCooldown = .milliseconds(1)
        }
        BenchProgram.complain(
            "differs from the local profile: no limit of handshakes per address, cooldown 1 ms")
        try? await context.sleep(for: options.duration + .seconds(1))
        await node.network.shutdown(within: .zero)
    }

    static func dial(_ options: BenchOptions, _ context: Context) async throws {
        let start = context.clock.now
        let end = start.advanced(by: options.duration)
        let done = Lock(0)
        let running = (0..<dialers).map { number in
            context.spawn("dialer-\(number)", on: context.executors[number % context.executors.count]) {
                context in
                let count = try await dial(number, until: end, options, context)
                done.withLock { $0 += count }
            }
        }
        for child in running { if let error = await child.failure() { throw error } }
        let seconds = start.duration(to: context.clock.now).inSeconds
        BenchProgram.say(Figures(["handshakesPerSecond": Double(done.withLock { $0 }) / seconds]).line)
    }

    private static func dial(
        _ number: Int, until end: Instant, _ options: BenchOptions, _ context: Context
    ) async throws -> Int {
        let listener = try SigningKey(seed: BenchNode.listenerKey).publicKey
        let identities = try (0..<keysEach).map { index in
            HandshakeIdentity(
                key: try SigningKey(seed: BenchNode.dialerKey(number * keysEach + index)),
                namespace: try Namespace("BENCH"))
        }
        let address = SocketAddress(.loopback, port: UInt16(options.port))
        var count = 0
        while context.clock.now < end {
            try await shake(identities[count % keysEach], listener, address, options.wire, context)
            count += 1
        }
        return count
    }

    private static func shake(
        _ identity: HandshakeIdentity, _ listener: PeerID, _ address: SocketAddress, _ wire: Wire,
        _ context: Context
    ) async throws {
        let stream = try await context.network.connect(to: address, on: context.executor)
        defer { stream.close() }
        let connection = HandshakeStream(stream, on: context.executor)
        await connection.attach()
        let ephemeral = try EphemeralKey(secret: context.entropy.bytes(EphemeralKey.secretByteCount))
        let handshake = try DialerHandshake.start(
            identity, profile: wire.newest, listener: listener, ephemeral: ephemeral,
            at: context.clock.wallTime)
        try await connection.write(handshake.output)
        let reply = try await connection.read(DialerHandshake.replyBytes)
        let session = try handshake.received(synAck: reply, limits: .standard, at: context.clock.wallTime)
        try await connection.write(session.output)
        // The listener's first record: it has an open link.
        _ = try await connection.read(1)
    }
}
