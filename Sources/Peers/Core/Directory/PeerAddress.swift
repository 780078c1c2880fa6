public import ConclaveCodec

/// Where a peer is dialled, and where it is expected to come from.
public enum PeerAddress: Hashable, Sendable {
    /// Dialled there, and expected from that IP.
    case symmetric(SocketAddress)
    /// Dialled at `ingress`, which may be a name that is resolved for each attempt; expected from `egress`.
    case asymmetric(ingress: Ingress, egress: IPAddress)

    /// Where to dial.
    public var ingress: Ingress {
        switch self {
        case .symmetric(let socket): .socket(socket)
        case .asymmetric(let ingress, _): ingress
        }
    }

    /// The IP that connections of this peer come from.
    public var egress: IPAddress {
        switch self {
        case .symmetric(let socket): socket.ip
        case .asymmetric(_, let egress): egress
        }
    }
}
