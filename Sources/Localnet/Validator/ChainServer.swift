import ConclaveChain
import ConclaveChainApplication
import ConclaveCodec
import ConclaveHTTP
import ConclaveRuntime

/// The chain over HTTP, on a port of its own.
struct ChainServer: Sendable {
    private let service: HTTPService

    init(_ address: SocketAddress, reach: HTTPReach, of application: ChainApplication, in context: Context) {
        service = HTTPService(
            address, reach: reach, bodyBytesMax: ChainRequest.bodyBytesMax, context: context
        ) { request in
            guard let method = ChainRequest.Method(request.method) else {
                return HTTPReply(405, #"{"error":"method","message":"there are GET, HEAD and POST"}"#)
            }
            let answer = await ChainEndpoint.answer(
                ChainRequest(method, request.path, body: request.body), from: application)
            return HTTPReply(answer.status, answer.body)
        }
    }

    func start() throws(LocalnetFailure) {
        do throws(HTTPFault) {
            try service.start()
        } catch {
            throw LocalnetFailure(error)
        }
    }

    var address: SocketAddress? { service.address }

    func shutdown() async { await service.shutdown() }
}

extension ChainRequest.Method {
    fileprivate init?(_ name: String) {
        switch name {
        case "GET", "HEAD": self = .get
        case "POST": self = .post
        case _: return nil
        }
    }
}
