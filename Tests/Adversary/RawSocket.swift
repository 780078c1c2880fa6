import Glibc

/// A blocking socket, for what streams never do: break a connection with a reset, or come from an address of
/// choice. On loopback neither connecting nor a short write blocks.
struct RawSocket {
    /// The address that every connection on loopback comes from.
    static let loopback: UInt32 = 0x7F00_0001
    /// Loopback, too, but of another subnet and expected by nobody.
    static let elsewhere: UInt32 = 0x7F09_0001

    private let descriptor: Int32

    init(port: UInt16, from source: UInt32 = loopback) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        unsafe Self.withAddress(source, port: 0) { unsafe _ = bind(descriptor, $0, $1) }
        unsafe Self.withAddress(Self.loopback, port: port) { unsafe _ = connect(descriptor, $0, $1) }
    }

    private static func withAddress(
        _ ip: UInt32, port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void
    ) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = ip.bigEndian
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    func send(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.isEmpty
            || Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    enum Arrival: Equatable {
        case bytes([UInt8])
        case nothing, ended
    }

    /// What has arrived, at most `count` bytes; does not wait.
    func receive(_ count: Int) -> Arrival {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = unsafe recv(descriptor, &bytes, count, Int32(MSG_DONTWAIT))
        if received > 0 { return .bytes(Array(bytes.prefix(received))) }
        return received < 0 && errno == EAGAIN ? .nothing : .ended
    }

    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        Glibc.close(descriptor)
    }
}
