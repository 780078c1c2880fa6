public import ConclaveCodec
import ConclavePrimitives
public import ConclaveRuntime

/// Answers requests over HTTP that a task of the node must think about, and that may bring something.
///
/// The order is construct, ``start()``, ``shutdown()``. The thread that reads requests waits for nobody: a
/// connection is set aside until its answer is there. Requests are answered one after the other.
public final class HTTPService: Sendable {
    private struct Question: Sendable {
        let request: HTTPRequest
        let exchange: HTTPExchange
    }

    private let listening: HTTPListening
    private let bodyBytesMax: Int
    private let questions: Mailbox<Question>
    private let reply: @Sendable (HTTPRequest) async -> HTTPReply

    /// - Parameters:
    ///   - listen: port 0 takes a free one.
    ///   - bodyBytesMax: what a request may bring; a longer one is answered 413.
    ///   - context: its tasks will live in a scope below.
    ///   - reply: answers a request, on the context's executor.
    public init(
        _ listen: SocketAddress, reach: HTTPReach = .loopback, limits: HTTPLimits = HTTPLimits(),
        bodyBytesMax: Int, context: Context, reply: @escaping @Sendable (HTTPRequest) async -> HTTPReply
    ) {
        listening = HTTPListening(listen, reach: reach, limits: limits, context: context.scope("service"))
        self.bodyBytesMax = bodyBytesMax
        self.reply = reply
        questions = Mailbox(capacity: limits.connectionsMax, overflow: .refuseNewest)
    }

    /// Listens, and answers from now on. Once.
    public func start() throws(HTTPFault) {
        let questions = questions
        try listening.start(
            .queue(bodyBytesMax: bodyBytesMax) { questions.offer(Question(request: $0, exchange: $1)) }
        ) { _ in }
        guard let daemon = listening.daemon else { throw .closed }
        listening.context.spawn("answers") { [reply] _ in
            while let question = await questions.next() {
                daemon.answer(question.exchange, with: await reply(question.request).answer)
            }
        }
    }

    /// Where it listens, with the port that was taken; nil unless it runs.
    public var address: SocketAddress? { listening.daemon?.address }

    /// Closes every connection and ends the thread and the tasks. Called again, it does nothing.
    public func shutdown() async { await listening.shutdown() }
}
