internal import ConclaveFuzzing
internal import Glibc

/// A connection over loopback that blocks, for one request.
struct Client: ~Copyable {
    /// How long it waits for the server.
    enum Patience {
        /// For an answer that must come: much more than a busy machine takes, so that only a server that has
        /// forgotten us is found.
        case long
        /// The server may rightly wait for more of the request: longer than an answer takes where nothing
        /// else runs.
        case short

        fileprivate var time: timeval {
            switch self {
            case .long: timeval(tv_sec: 20, tv_usec: 0)
            case .short: timeval(tv_sec: 0, tv_usec: 10_000)
            }
        }
    }

    private let descriptor: CInt
    private let patience: Patience

    init(port: UInt16, _ patience: Patience) throws(Finding) {
        self.patience = patience
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Finding("no socket: \(errno)") }
        var time = patience.time
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        // Closed by a reset when all is read: the server's end is then gone at once.
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Finding("no connection: \(errno)") }
    }

    deinit { close(descriptor) }

    /// As much as the server takes; one that has answered already may not take the rest.
    borrowing func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
                return unsafe Glibc.send(descriptor, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Everything until the server closes; nil if it broke the connection, with what it may have said, or
    /// took longer than a short patience.
    borrowing func rest() throws(Finding) -> [UInt8]? {
        var bytes: [UInt8] = [], piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { piece in
                unsafe recv(descriptor, piece.baseAddress, piece.count, 0)
            }
            if count == 0 { return bytes }
            if count < 0 {
                guard errno == EAGAIN, patience == .long else { return nil }
                throw Finding("the server neither answers nor closes")
            }
            bytes += piece[..<count]
        }
    }
}
