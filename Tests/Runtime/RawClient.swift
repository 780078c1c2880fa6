import ConclaveCodec
import Glibc

/// A blocking TCP client of the test's own, for what our streams never do.
struct RawClient {
    let descriptor: Int32

    /// Connects to 127.0.0.1.
    init(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    func send(_ bytes: [UInt8]) -> Int { unsafe write(descriptor, bytes, bytes.count) }

    /// Waits for bytes; empty at the end of the stream.
    func receive(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, received in
            received = unsafe max(0, read(descriptor, buffer.baseAddress, count))
        }
    }

    /// Ends our side of the stream only.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Breaks the connection: the peer gets a reset.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
    }
}
