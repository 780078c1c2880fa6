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

    /// As above, where an address explains more.
    init(_ code: Int32, in call: SystemCall, at address: SocketAddress) {
        switch -code {
        case EADDRINUSE: self = .addressInUse(address)
        case EADDRNOTAVAIL, EACCES, EAFNOSUPPORT: self = .addressUnavailable(address)
        case ECONNREFUSED, ECONNRESET, ECONNABORTED, ETIMEDOUT, EPERM, EINVAL,
             EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN: self = .unreachable(address)
        case _: self.init(code, in: call)
        }
    }
}

extension StreamEnd {
    /// From a read or write that returned a negative `errno`.
    init(_ code: Int, in call: SystemCall) {
        switch Int32(-code) {
        case ECONNRESET, EPIPE, ECONNABORTED, ETIMEDOUT, ENETRESET,
             EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN: self = .reset
        case let number: self = .failed(HostFailure(-number, in: call))
        }
    }
}
