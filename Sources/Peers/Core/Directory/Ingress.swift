public import ConclaveCodec

/// Where to dial: a socket address, or a name that is resolved anew for each attempt.
public enum Ingress: Hashable, Sendable {
    case socket(SocketAddress)
    case name(HostName, port: UInt16)
}
