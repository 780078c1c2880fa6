import ConclaveCodec
import ConclaveRuntime
import Glibc

extension HostFailure {
    /// From what the C layer returned: a negative `errno`.
    init(_ code: Int32, in call: SystemCall) {
        switch -code {
        case EMFILE, ENFILE: self = .outOfDescriptors
        case let number: self = .system(call, code: number)
        }
    }

    /// Listening on `address` failed.
    init(_ code: Int32, listeningOn address: SocketAddress) {
        switch -code {
        case EADDRINUSE: self = .addressInUse(address)
        case EADDRNOTAVAIL, EACCES, EPERM, EAFNOSUPPORT: self = .addressUnavailable(address)
        case _: self.init(code, in: .listen)
        }
    }

    /// Connecting to `address` failed. A firewall's refusal (`EPERM`, `EACCES`) and an address that cannot be
    /// a target (`EINVAL`, `EAFNOSUPPORT`) count as unreachable too: all the caller can do is to try again
    /// later.
    init(_ code: Int32, connectingTo address: SocketAddress) {
        switch -code {
        case ECONNREFUSED, ECONNRESET, ECONNABORTED, ETIMEDOUT, EPERM, EACCES, EINVAL, EAFNOSUPPORT,
            EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN:
            self = .unreachable(address)
        case _: self.init(code, in: .connect)
        }
    }
}

extension StreamEnd {
    /// From a read or write that returned a negative `errno`.
    init(_ code: Int, in call: SystemCall) {
        switch Int32(-code) {
        case ECONNRESET, EPIPE, ECONNABORTED, ETIMEDOUT, ENETRESET,
            EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN:
            self = .reset
        case let number: self = .failed(HostFailure(-number, in: call))
        }
    }
}
