import CConclaveHTTP
import ConclaveCodec
import ConclavePrimitives
import Glibc

/// The library's daemon: one thread of its own that accepts, reads requests and writes answers, and calls
/// ``HTTPDaemon/answer(_:method:)`` for each.
///
/// `@unchecked Sendable`: the daemon's pointer is set before anyone else sees it and taken by who stops it.
@safe
final class HTTPDaemon: @unchecked Sendable {
    let address: SocketAddress
    private let lifetime: Duration
    private let now: @Sendable () -> Instant
    private let board: Board
    private let connections = Lock(ConnectionTable())
    private let isStopped = Lock(false)
    private var daemon: OpaquePointer?

    /// Listens and answers from now on.
    init(
        _ address: SocketAddress, limits: HTTPLimits, board: Board, now: @escaping @Sendable () -> Instant
    ) throws(HTTPFault) {
        let ip = address.ip.bytes
        let socket = unsafe conclave_http_listen(ip, Int32(ip.count), address.port, 128)
        guard socket >= 0 else { throw Self.fault(-socket, at: address) }
        self.address = SocketAddress(address.ip, port: conclave_http_port(socket))
        self.board = board
        self.now = now
        lifetime = limits.lifetime
        let owner = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe daemon = conclave_http_start(
            socket, UInt32(limits.connectionsMax), UInt32(limits.connectionsPerIP), limits.requestBytes,
            UInt32(limits.idleSeconds), respond, noteConnection, owner)
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
        guard !isStopped.withLock({ exchange(&$0, with: true) }) else { return }
        unsafe MHD_stop_daemon(daemon)
    }

    /// Ends connections that have lasted too long.
    func endOverdue() {
        connections.withLock { connections in
            // Under the lock: the library closes a descriptor only after it has told us, so none that is
            // listed can have been given to somebody else.
            for descriptor in connections.takeOverdue(at: now()) { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    // MARK: On the library's thread

    fileprivate func opened(_ descriptor: Int32) {
        let end = now().advanced(by: lifetime)
        connections.withLock { $0.opened(descriptor, until: end) }
    }

    fileprivate func closed(_ descriptor: Int32) {
        connections.withLock { $0.closed(descriptor) }
    }

    fileprivate func answer(_ path: String, method: String) -> Answer {
        guard let page = Page(rawValue: path) else { return .notFound }
        guard method == "GET" || method == "HEAD" else { return .notAllowed }
        return board.answer(page, at: now())
    }
}

/// The library calls it once the head of a request has arrived.
private func respond(
    _ owner: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let owner = unsafe owner, let url = unsafe url, let method = unsafe method else { return .NO }
    let daemon = unsafe Unmanaged<HTTPDaemon>.fromOpaque(owner).takeUnretainedValue()
    let answer = unsafe daemon.answer(String(cString: url), method: String(cString: method))
    return unsafe queue(answer, on: connection)
}

private func queue(_ answer: Answer, on connection: OpaquePointer?) -> MHD_Result {
    let made = unsafe answer.body.withUnsafeBytes { body in
        unsafe MHD_create_response_from_buffer(
            body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
    }
    guard let response = unsafe made else { return .NO }
    unsafe MHD_add_response_header(response, "Content-Type", answer.content.rawValue)
    unsafe MHD_add_response_header(response, "Cache-Control", "no-store")
    if answer == .notAllowed { unsafe MHD_add_response_header(response, "Allow", "GET, HEAD") }
    let result = unsafe MHD_queue_response(connection, answer.status, response)
    unsafe MHD_destroy_response(response)
    return result
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
