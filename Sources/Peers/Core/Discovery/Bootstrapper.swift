public import ConclaveCodec

/// A peer whose address is known beforehand, through which the others are found. It is authorised even if no
/// peer set holds it.
public struct Bootstrapper: Hashable, Sendable {
    public let peer: PeerID
    public let ingress: Ingress

    public init(_ peer: PeerID, at ingress: Ingress) {
        self.peer = peer
        self.ingress = ingress
    }
}
