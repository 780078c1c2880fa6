import Conclave
import ConclaveCodec
import ConclaveHTTP
import ConclavePrimitives
import ConclaveTestNodes
import Testing

@Suite(.timeLimit(.minutes(1)), .serialized) struct HTTPServiceTests {
    /// Says what it was asked.
    static func echo(_ context: Context, limits: HTTPLimits = HTTPLimits()) -> HTTPService {
        HTTPService(
            SocketAddress(.loopback, port: 0), limits: limits, bodyBytesMax: 8, context: context
        ) { request in
            HTTPReply(
                200, "\(request.method) \(request.path) \(String(decoding: request.body, as: UTF8.self))")
        }
    }

    /// Sends a head and a body as they are, in pieces.
    static func post(_ pieces: [String], at address: SocketAddress, in context: Context) async throws
        -> String
    {
        let client = try await Client(to: address, in: context)
        for piece in pieces { try await client.connection.write(Array(piece.utf8)) }
        return await client.rest()
    }

    static func head(_ length: Int) -> String {
        "POST /here HTTP/1.1\r\nHost: here\r\nContent-Length: \(length)\r\n\r\n"
    }

    @Test func `what a request brings is answered by the node, one request a connection`() async throws {
        try await withRuntime { context in
            let service = Self.echo(context)
            try service.start()
            let address = try #require(service.address)
            let read = try await Client.ask("GET /there", at: address, in: context)
            #expect(read == ("200", "GET /there \n"))
            let posted = try await Self.post([Self.head(8) + "1234", "5678"], at: address, in: context)
            #expect(posted.hasPrefix("HTTP/1.1 200") && posted.hasSuffix("\r\n\r\nPOST /here 12345678\n"))
            await service.shutdown()
            #expect(service.address == nil)
        }
    }

    @Test func `a body that is too long is refused, in one piece or in many, and never kept`() async throws {
        try await withRuntime { context in
            let service = Self.echo(context)
            try service.start()
            let address = try #require(service.address)
            let whole = try await Self.post([Self.head(9) + "123456789"], at: address, in: context)
            #expect(whole.hasPrefix("HTTP/1.1 413"), "\(whole)")
            let pieces = [Self.head(12)] + Array(repeating: "123", count: 4)
            #expect(try await Self.post(pieces, at: address, in: context).hasPrefix("HTTP/1.1 413"))
            #expect(try await Client.ask("GET /", at: address, in: context).status == "200")
            await service.shutdown()
        }
    }

    @Test func `a service ends while requests wait, and nobody waits for ever`() async throws {
        try await withRuntime { context in
            let asked = Mailbox<Void>(capacity: 8, overflow: .dropOldest)
            let service = HTTPService(
                SocketAddress(.loopback, port: 0), bodyBytesMax: 8, context: context
            ) { [context] _ in
                _ = asked.offer(())
                try? await context.sleep(for: .seconds(3_600))
                return HTTPReply(200, "late")
            }
            try service.start()
            let address = try #require(service.address)
            // One is being thought about, one waits behind it.
            let clients = try await [Client(to: address, in: context), Client(to: address, in: context)]
            for client in clients {
                try await client.connection.write(Array("GET / HTTP/1.1\r\nHost: here\r\n\r\n".utf8))
            }
            _ = await asked.next()
            await service.shutdown()
            for client in clients { _ = await client.rest() }
        }
    }
}
