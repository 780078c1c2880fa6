public import ConclaveCodec
public import ConclavePeersCore

extension PeerAddress {
    /// A peer that is dialled there. One with a name may come from anywhere: addresses must not be checked
    /// then.
    public init(dialled ingress: Ingress) {
        self =
            switch ingress {
            case .socket(let socket): .symmetric(socket)
            case .name: .asymmetric(ingress: ingress, egress: .loopback)
            }
    }
}

extension Ingress {
    /// The numeric address; nil for a name.
    public var socket: SocketAddress? {
        switch self {
        case .socket(let socket): socket
        case .name: nil
        }
    }
}
