import ConclaveChain
import ConclaveCodec
import ConclaveCryptography
import ConclavePeers
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry

/// A chain without blocks that answers on a real socket, one connection after the other.
final class AnsweringChain: ChainView {
    private struct Content: Sendable {
        let ledger: Ledger
        var mempool = Mempool()
    }

    private let content: Lock<Content>

    init(_ genesis: ChainGenesis) {
        content = Lock(Content(ledger: Ledger(genesis)))
    }

    /// What was taken, in the order of turns.
    var waiting: [Transaction] {
        content.withLock { content in
            var selection = content.mempool.selection
            return sequence(state: 0) { _ in selection.next()?.transaction }.map { $0 }
        }
    }

    /// Answers at the address that `body` is given, as long as it takes.
    func answering(_ body: (SocketAddress) throws -> Void) async throws {
        let runtime = try SystemRuntime(loops: 1, log: .silent)
        let context = runtime.context(named: "chain")
        let acceptor = try context.network.listen(
            on: SocketAddress(.loopback, port: 0), executor: context.executor)
        context.spawn("answering", onFailure: .ignore) { [self] context in
            while true {
                let stream = try await acceptor.accept()
                try? await answer(HandshakeStream(stream, on: context.executor))
                stream.close()
            }
        }
        let outcome = Result { try body(acceptor.address) }
        acceptor.close()
        await runtime.shutdown()
        try outcome.get()
    }

    private func answer(_ connection: HandshakeStream) async throws {
        await connection.attach()
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) { head += try await connection.read(1) }
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        let length = lines.first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        let body = try await connection.read(length)
        let request = ChainRequest(words[0] == "POST" ? .post : .get, words[1], body: body)
        let answer = await ChainEndpoint.answer(request, from: self)
        let text = answer.body + "\n"
        let reply = "HTTP/1.1 \(answer.status) x\r\nContent-Length: \(text.utf8.count)\r\n\r\n" + text
        try await connection.write(Array(reply.utf8))
    }

    func ledger() async -> Ledger { content.withLock { $0.ledger } }

    func submit(_ transaction: VerifiedTransaction) async -> MempoolRefusal? {
        content.withLock { content in
            do throws(MempoolRefusal) {
                try content.mempool.add(transaction, on: content.ledger)
                return nil
            } catch {
                return error
            }
        }
    }

    func waiting(_ hash: ChainDigest) async -> VerifiedTransaction? { content.withLock { $0.mempool[hash] } }

    func nextNonce(of key: PublicKey, behind nonce: UInt64) async -> UInt64 {
        content.withLock { $0.mempool.nextNonce(of: key, behind: nonce) }
    }

    func header(at height: UInt64) async throws(ChainStoreFault) -> StoredHeader? { nil }
    func body(at height: UInt64) async throws(ChainStoreFault) -> [UInt8]? { nil }
    func place(of hash: ChainDigest) async throws(ChainStoreFault) -> TransactionPlace? { nil }
}
