import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePeers
import ConclaveTransport

/// A liar's connection. Belongs to one task.
final class LyingStream {
    private let stream: any ByteStream
    private let connection: HandshakeStream
    private let context: Context
    private var sealing: SealingKey?

    init(to address: SocketAddress, in context: Context) async throws {
        self.context = context
        stream = try await context.network.connect(to: address, on: context.executor)
        connection = HandshakeStream(stream, on: context.executor)
        await connection.attach()
    }

    func send(_ bytes: [UInt8]) async throws {
        try await connection.write(bytes)
    }

    func close() { stream.close() }

    /// The other side's answer to what `handshake` says, and the last frame, which is not sent yet.
    func acknowledgement(of handshake: consuming DialerHandshake) async throws -> [UInt8] {
        let reply = try await connection.read(.synAck)
        let session = try handshake.received(
            synAck: reply, limits: .standard, at: context.clock.wallTime)
        let output = session.output
        seal(with: session.keys)
        return output
    }

    private func seal(with keys: consuming SessionKeys) {
        sealing = .some(keys.sealing)
    }

    /// Any plaintext as the next record, framed.
    func record(_ plaintext: [UInt8]) throws -> [UInt8] {
        var sealed = plaintext + [UInt8](repeating: 0, count: SealingKey.overhead)
        try unsafe sealed.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            try unsafe sealing?.seal(start, count: plaintext.count)
        }
        var frame = Writer()
        frame.lengthPrefixed(sealed)
        return frame.bytes
    }

    /// Reads to the end; false if the other side still holds the connection after `patience`.
    func isEnded(within patience: Duration) async -> Bool {
        let outcome = Lock(false), connection = connection
        let deadline = context.clock.now.advanced(by: patience)
        let reading = context.spawn("end", deadline: deadline, onFailure: .ignore) { _ in
            do {
                while true { _ = try await connection.read(1) }
            } catch is StreamEnd {
                outcome.withLock { $0 = !Task.isCancelled }
            }
        }
        await reading.ended()
        return outcome.withLock { $0 }
    }
}
