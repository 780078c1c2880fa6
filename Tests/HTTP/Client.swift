import Conclave
import ConclaveCodec
import ConclavePeers
import ConclaveRuntime

/// A client that sends any bytes it likes and reads what comes.
struct Client: Sendable {
    let stream: any ByteStream
    let connection: HandshakeStream

    init(to address: SocketAddress, in context: Context) async throws {
        stream = try await context.network.connect(to: address, on: context.executor)
        connection = HandshakeStream(stream, on: context.executor)
        await connection.attach()
    }

    /// Everything until the server closes.
    func rest() async -> String {
        var bytes: [UInt8] = []
        while let byte = try? await connection.read(1) { bytes += byte }
        stream.close()
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The status and the body of one request.
    static func ask(
        _ line: String, at address: SocketAddress, in context: Context
    ) async throws -> (status: String, body: String) {
        let client = try await Client(to: address, in: context)
        try await client.connection.write(Array("\(line) HTTP/1.1\r\nHost: here\r\n\r\n".utf8))
        let text = await client.rest()
        let halves = text.split(separator: "\r\n\r\n", maxSplits: 1)
        return (String(text.prefix(12).suffix(3)), halves.count == 2 ? String(halves[1]) : "")
    }
}
