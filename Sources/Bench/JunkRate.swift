import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePeers
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport
import Glibc

/// What a connection that never becomes a link costs the listener: processor time of its process, kernel
/// included, in microseconds an attempt.
enum JunkRate: PairBenchmark {
    static let name = "junk"
    static let settings: [Setting] = []
    static let figures = ["otherSubnet", "wrongSize", "unknownKey", "wrongSignature"]

    /// How the listener counts each kind, in the order of the figures.
    private static let reasons = ["unexpected_ip", "frame_size", "unauthorised", "bad_signature"]
    private static let attempts: UInt64 = 2_000

    static func listen(_ options: BenchOptions, _ context: Context) async throws {
        let unlimited = Rate(1_000_000, per: .seconds(1))
        let node = try await BenchNode.listen(options, context: context) { profile in
            profile.handshakesPerIP = unlimited
            profile.handshakesPerSubnet = unlimited
        }
        BenchProgram.complain("differs from the local profile: no limit of handshakes per address")
        var costs: [String: Double] = [:]
        var before = Resources.processorSeconds
        for (figure, reason) in zip(figures, reasons) {
            while await refused(reason, node) < attempts { try await context.sleep(for: .milliseconds(10)) }
            let now = Resources.processorSeconds
            costs[figure] = (now - before) / Double(attempts) * 1e6
            before = now
        }
        BenchProgram.say(Figures(costs).line)
        await node.network.shutdown(within: .zero)
    }

    static func dial(_ options: BenchOptions, _ context: Context) async throws {
        let (loopback, elsewhere): (UInt32, UInt32) = (0x7F00_0001, 0x7F09_0001)
        let stranger = try opening(seed: [UInt8](repeating: 99, count: 32), options.wire, context)
        var forged = try opening(seed: BenchNode.dialerKey(0), options.wire, context)
        forged[forged.count - 1] ^= 1
        let kinds: [(source: UInt32, bytes: [UInt8])] = [
            (elsewhere, forged), (loopback, [0x7F]), (loopback, stranger), (loopback, forged),
        ]
        for (source, bytes) in kinds {
            for _ in 0..<attempts { attempt(bytes, from: source, port: UInt16(options.port)) }
        }
    }

    private static func opening(
        seed: [UInt8], _ wire: Wire, _ context: Context
    ) throws -> [UInt8] {
        let identity = HandshakeIdentity(key: try SigningKey(seed: seed), namespace: try Namespace("BENCH"))
        let ephemeral = try EphemeralKey(secret: context.entropy.bytes(EphemeralKey.secretByteCount))
        return try DialerHandshake.start(
            identity, profile: wire.newest, listener: SigningKey(seed: BenchNode.listenerKey).publicKey,
            ephemeral: ephemeral, at: context.clock.wallTime
        ).output
    }

    private static func refused(_ reason: String, _ node: BenchNode) async -> UInt64 {
        await node.network.snapshot().refusedHandshakes.first { $0.reason == reason }?.count ?? 0
    }

    // MARK: The dialer's sockets

    /// Connects, says `bytes`, and waits until the listener has closed. Blocks: this process has nothing else
    /// to do.
    private static func attempt(_ bytes: [UInt8], from source: UInt32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        unsafe withAddress(source, port: 0) { unsafe _ = bind(descriptor, $0, $1) }
        unsafe withAddress(0x7F00_0001, port: port) { unsafe _ = connect(descriptor, $0, $1) }
        _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var byte: UInt8 = 0
        while unsafe recv(descriptor, &byte, 1, 0) > 0 {}
    }

    private static func withAddress(
        _ ip: UInt32, port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void
    ) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = ip.bigEndian
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
