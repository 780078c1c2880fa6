import Conclave
import ConclaveCodec
import ConclavePeers
import ConclavePrimitives
import ConclaveRuntime

/// A TCP client of the adversary: sends any bytes it likes. Used on its context's executor alone.
struct Intruder {
    private let stream: any ByteStream
    private let connection: HandshakeStream
    private let context: Context

    init(to address: SocketAddress, in context: Context) async throws {
        self.context = context
        stream = try await context.network.connect(to: address, on: context.executor)
        connection = HandshakeStream(stream, on: context.executor)
        await connection.attach()
    }

    func send(_ bytes: [UInt8]) async throws {
        try await connection.write(bytes)
    }

    func read(_ count: Int) async throws -> [UInt8] {
        try await connection.read(count)
    }

    /// Says that nothing more will come; the node's half stays open.
    func finish() {
        stream.finishWriting()
    }

    func close() {
        stream.close()
    }

    /// Reads to the end and closes; false if the node still held the connection after ten seconds.
    func isEnded() async -> Bool {
        let outcome = Lock(false)
        let deadline = context.clock.now.advanced(by: .seconds(10))
        let reading = context.spawn("end", deadline: deadline, onFailure: .ignore) { _ in
            do {
                while true { _ = try await connection.read(1) }
            } catch StreamEnd.endOfStream {
                outcome.withLock { $0 = true }
            } catch StreamEnd.reset {
                outcome.withLock { $0 = true }
            }
        }
        await reading.ended()
        stream.close()
        return outcome.withLock { $0 }
    }
}
