import CConclaveHTTP
import ConclaveCodec
import ConclavePrimitives
import Glibc

/// The library's daemon: one thread of its own that accepts, reads requests and writes answers, and asks its
/// ``Responder`` for each.
///
/// `@unchecked Sendable`: the daemon's pointer is set before anyone else sees it and taken by who stops it.
@safe
final class HTTPDaemon: @unchecked Sendable {
    /// Who says what is answered, on the daemon's thread.
    enum Responder: Sendable {
        /// At once, of the head of a request: its path and method.
        case board(@Sendable (String, String) -> Answer)
        /// Later, of a whole request with a body of so many bytes at most, by ``HTTPDaemon/answer(_:with:)``.
        /// False if as much waits as may.
        case queue(bodyBytesMax: Int, @Sendable (HTTPRequest, HTTPExchange) -> Bool)
    }

    let address: SocketAddress
    private let lifetime: Duration
    private let now: @Sendable () -> Instant
    private let responder: Responder
    private let connections = Lock(ConnectionTable())
    private let waiting = Lock(Waiting())
    private var daemon: OpaquePointer?

    /// Requests that wait for their answers. The library wants every connection that it suspended resumed
    /// before it is stopped, so that nobody resumes one but under this lock.
    private struct Waiting: Sendable {
        var isStopped = false
        var exchanges: [ObjectIdentifier: HTTPExchange] = [:]
    }

    /// Listens and answers from now on.
    init(
        _ address: SocketAddress, limits: HTTPLimits, responder: Responder,
        now: @escaping @Sendable () -> Instant
    ) throws(HTTPFault) {
        let ip = address.ip.bytes
        let socket = unsafe conclave_http_listen(ip, Int32(ip.count), address.port, 128)
        guard socket >= 0 else { throw Self.fault(-socket, at: address) }
        self.address = SocketAddress(address.ip, port: conclave_http_port(socket))
        self.responder = responder
        self.now = now
        lifetime = limits.lifetime
        let owner = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe daemon = conclave_http_start(
            socket, UInt32(limits.connectionsMax), UInt32(limits.connectionsPerIP), limits.requestBytes,
            UInt32(limits.idleSeconds), respond, noteConnection, noteCompletion, owner)
        guard unsafe daemon != nil else {
            let code = errno
            Glibc.close(socket)
            throw .system(code: code)
        }
    }

    private static func fault(_ code: Int32, at address: SocketAddress) -> HTTPFault {
        switch code {
        case EADDRINUSE: .addressInUse(address)
        case EADDRNOTAVAIL, EACCES: .addressUnavailable(address)
        case _: .system(code: code)
        }
    }

    /// Closes every connection and ends the thread. Waits for that thread, which waits for nobody. Once; the
    /// daemon must not be let go before.
    func stop() {
        let isFirst = waiting.withLock { waiting in
            guard !waiting.isStopped else { return false }
            waiting.isStopped = true
            for exchange in waiting.exchanges.values { Self.resume(exchange, .notNow) }
            waiting.exchanges = [:]
            return true
        }
        if isFirst { unsafe MHD_stop_daemon(daemon) }
    }

    /// Ends connections that have lasted too long.
    func endOverdue() {
        connections.withLock { connections in
            // Under the lock: the library closes a descriptor only after it has told us, so none that is
            // listed can have been given to somebody else.
            for descriptor in connections.takeOverdue(at: now()) { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Answers a request that waits; nothing if the daemon has ended meanwhile.
    func answer(_ exchange: HTTPExchange, with answer: Answer) {
        waiting.withLock { waiting in
            guard waiting.exchanges.removeValue(forKey: ObjectIdentifier(exchange)) != nil else { return }
            Self.resume(exchange, answer)
        }
    }

    private static func resume(_ exchange: HTTPExchange, _ answer: Answer) {
        exchange.answer = answer
        unsafe MHD_resume_connection(exchange.connection)
    }

    // MARK: On the library's thread

    fileprivate func opened(_ descriptor: Int32) {
        let end = now().advanced(by: lifetime)
        connections.withLock { $0.opened(descriptor, until: end) }
    }

    fileprivate func closed(_ descriptor: Int32) {
        connections.withLock { $0.closed(descriptor) }
    }

    fileprivate enum Step {
        case answer(Answer)
        /// The body comes next, and belongs to this.
        case read(HTTPExchange)
        case wait
    }

    /// The head of a request is here.
    fileprivate func began(_ path: String, method: String) -> Step {
        switch responder {
        case .board(let answer): .answer(answer(path, method))
        case .queue(let bodyBytesMax, _): .read(HTTPExchange(bodyBytesMax: bodyBytesMax))
        }
    }

    /// All of a request is here, or its answer.
    fileprivate func goOn(
        _ exchange: HTTPExchange, _ path: String, _ method: String, _ connection: OpaquePointer?
    ) -> Step {
        guard case .queue(_, let ask) = responder else { return .answer(.notNow) }
        guard !exchange.isTooLong else { return .answer(.tooLong) }
        let step: Step? = waiting.withLock { waiting in
            if let answer = exchange.answer { return .answer(answer) }
            guard !waiting.isStopped else { return .answer(.notNow) }
            unsafe exchange.connection = connection
            waiting.exchanges[ObjectIdentifier(exchange)] = exchange
            unsafe MHD_suspend_connection(connection)
            return nil
        }
        if let step { return step }
        // Only now: the answer may come before this returns.
        if !ask(exchange.request(method, path), exchange) { answer(exchange, with: .notNow) }
        return .wait
    }
}

/// The library calls it once the head of a request has arrived, for each piece of its body, at its end, and
/// when a connection was resumed.
private func respond(
    _ owner: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let owner = unsafe owner, let url = unsafe url, let method = unsafe method,
        let uploadSize = unsafe uploadSize, let state = unsafe state
    else { return .NO }
    let daemon = unsafe Unmanaged<HTTPDaemon>.fromOpaque(owner).takeUnretainedValue()
    let step: HTTPDaemon.Step
    if let begun = unsafe state.pointee {
        let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(begun).takeUnretainedValue()
        guard unsafe uploadSize.pointee == 0 else {
            unsafe exchange.take(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee))
            unsafe uploadSize.pointee = 0
            return .YES
        }
        step = unsafe daemon.goOn(exchange, String(cString: url), String(cString: method), connection)
    } else {
        step = unsafe daemon.began(String(cString: url), method: String(cString: method))
    }
    switch step {
    case .answer(let answer): return unsafe queue(answer, on: connection)
    case .read(let exchange):
        unsafe state.pointee = Unmanaged.passRetained(exchange).toOpaque()
        return .YES
    case .wait: return .YES
    }
}

private func queue(_ answer: Answer, on connection: OpaquePointer?) -> MHD_Result {
    let made = unsafe answer.body.withUnsafeBytes { body in
        unsafe MHD_create_response_from_buffer(
            body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
    }
    guard let response = unsafe made else { return .NO }
    unsafe MHD_add_response_header(response, "Content-Type", answer.content.rawValue)
    unsafe MHD_add_response_header(response, "Cache-Control", "no-store")
    // One request a connection: nobody holds one of few for longer than an answer takes.
    unsafe MHD_add_response_header(response, "Connection", "close")
    if answer == .notAllowed { unsafe MHD_add_response_header(response, "Allow", "GET, HEAD") }
    let result = unsafe MHD_queue_response(connection, answer.status, response)
    unsafe MHD_destroy_response(response)
    return result
}

/// The library calls it when a request is over, however it ended.
private func noteCompletion(
    _ owner: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let state = unsafe state, let begun = unsafe state.pointee else { return }
    unsafe Unmanaged<HTTPExchange>.fromOpaque(begun).release()
    unsafe state.pointee = nil
}

/// The library calls it when a connection has opened, and before its descriptor is closed.
private func noteConnection(
    _ owner: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ event: MHD_ConnectionNotificationCode
) {
    guard let owner = unsafe owner else { return }
    let daemon = unsafe Unmanaged<HTTPDaemon>.fromOpaque(owner).takeUnretainedValue()
    let descriptor = unsafe conclave_http_socket(connection)
    switch event {
    case .CONNECTION_NOTIFY_STARTED: daemon.opened(descriptor)
    case .CONNECTION_NOTIFY_CLOSED: daemon.closed(descriptor)
    }
}
