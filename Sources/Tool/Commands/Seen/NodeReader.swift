import ConclaveArguments
import ConclaveCodec
import ConclaveHTTP
import ConclaveLocalnet
import ConclavePeers
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// Reads the pages of a running node.
struct NodeReader: Sendable {
    /// For name, connection and answer together: a node that is well answers within milliseconds.
    private static let patience = Duration.seconds(5)

    let address: Ingress
    let context: Context
    /// How a node is made to answer at the address, for the message.
    var advice = "a node shows itself with --http ADDR"

    /// What a page says now.
    ///
    /// - Throws: 69 if there is no node at the address, or something else.
    func read(_ page: Page) async throws(Failure) -> (status: Int, body: [UInt8]) {
        try await answer(to: HTTPQuestion(page.rawValue))
    }

    /// What is answered to `question`.
    ///
    /// - Throws: 69 if there is no node at the address, or something else.
    func answer(to question: HTTPQuestion) async throws(Failure) -> (status: Int, body: [UInt8]) {
        let outcome = Lock<Result<(status: Int, body: [UInt8]), Failure>>(
            .failure(failure("it did not answer within \(durationText(Self.patience))")))
        let deadline = context.clock.now.advanced(by: Self.patience)
        let asking = context.spawn("read", deadline: deadline, onFailure: .ignore) { context in
            let result = await ask(question, context)
            if !Task.isCancelled { outcome.withLock { $0 = result } }
        }
        await asking.ended()
        return try outcome.withLock { $0 }.get()
    }

    private func ask(
        _ question: HTTPQuestion, _ context: Context
    ) async -> Result<(status: Int, body: [UInt8]), Failure> {
        do throws(HostFailure) {
            let stream = try await connect(context)
            defer { stream.close() }
            return await exchange(question, HandshakeStream(stream, on: context.executor))
        } catch {
            return .failure(failure(LocalnetFailure(error).message))
        }
    }

    private func connect(_ context: Context) async throws(HostFailure) -> any ByteStream {
        switch address {
        case .socket(let socket): return try await context.network.connect(to: socket, on: context.executor)
        case .name(let host, let port):
            var failure = HostFailure.unknownHost(host)
            for ip in try await context.network.resolve(host) {
                do throws(HostFailure) {
                    return try await context.network.connect(
                        to: SocketAddress(ip, port: port), on: context.executor)
                } catch {
                    failure = error
                }
            }
            throw failure
        }
    }

    private func exchange(
        _ question: HTTPQuestion, _ connection: HandshakeStream
    ) async -> Result<(status: Int, body: [UInt8]), Failure> {
        do {
            await connection.attach()
            try await connection.write(question.bytes(to: "\(address)"))
            var head: [UInt8] = []
            while !head.suffix(4).elementsEqual([13, 10, 13, 10]), head.count < HTTPReply.headBytesMax {
                head += try await connection.read(1)
            }
            guard let reply = HTTPReply(head: head) else {
                return .failure(failure("what answers is no Conclave node"))
            }
            return .success((reply.status, try await connection.read(reply.bodyBytes)))
        } catch {
            return .failure(failure("it closed the connection"))
        }
    }

    private func failure(_ reason: String) -> Failure {
        Failure(.unavailable, "no node can be read at \(address): \(reason); \(advice)")
    }
}
