package import ConclaveCodec

extension PeerAddress {
    /// A peer that is dialled there. One with a name may come from anywhere: addresses must not be checked
    /// then.
    package init(dialled ingress: Ingress) {
        self =
            switch ingress {
            case .socket(let socket): .symmetric(socket)
            case .name: .asymmetric(ingress: ingress, egress: .loopback)
            }
    }
}

extension Ingress {
    /// The numeric address; nil for a name.
    package var socket: SocketAddress? {
        switch self {
        case .socket(let socket): socket
        case .name: nil
        }
    }
}
