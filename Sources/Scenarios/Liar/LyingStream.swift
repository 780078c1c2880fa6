package import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePeers
package import ConclaveTransport

/// A liar's connection. Belongs to one task.
package final class LyingStream {
    private let stream: any ByteStream
    private let connection: HandshakeStream
    private let context: Context
    private var sealing: SealingKey?

    package convenience init(to address: SocketAddress, in context: Context) async throws {
        await self.init(
            try await context.network.connect(to: address, on: context.executor), in: context)
    }

    /// One that somebody has dialled.
    package init(_ stream: any ByteStream, in context: Context) async {
        self.context = context
        self.stream = stream
        connection = HandshakeStream(stream, on: context.executor)
        await connection.attach()
    }

    package func send(_ bytes: [UInt8]) async throws {
        try await connection.write(bytes)
    }

    package func close() { stream.close() }

    /// The other side's answer to what `handshake` says, and the last frame, which is not sent yet.
    package func acknowledgement(of handshake: consuming DialerHandshake) async throws -> [UInt8] {
        let reply = try await connection.read(.synAck)
        let session = try handshake.received(
            synAck: reply, limits: .standard, at: context.clock.wallTime)
        let output = session.output
        seal(with: session.keys)
        return output
    }

    /// Answers whoever has dialled, as it should be.
    package func answer(as identity: HandshakeIdentity) async throws {
        let handshake = try ListenerHandshake(identity, hello: await connection.readOpening())
        let syn = try await connection.read(.syn)
        let ephemeral = try EphemeralKey(secret: context.entropy.bytes(EphemeralKey.secretByteCount))
        let confirmation = try handshake.received(
            syn: syn, ephemeral: ephemeral, limits: .standard, remembered: SynCache(capacity: 1),
            at: context.clock.wallTime)
        try await connection.write(confirmation.output)
        seal(with: try confirmation.received(ack: await connection.read(.ack)))
    }

    private func seal(with keys: consuming SessionKeys) {
        sealing = .some(keys.sealing)
    }

    /// Any plaintext as the next record, framed.
    package func record(_ plaintext: [UInt8]) throws -> [UInt8] {
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
    package func isEnded(within patience: Duration) async -> Bool {
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
