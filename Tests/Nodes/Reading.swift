package import Conclave

extension ConnectionEvent {
    package var peer: PeerID {
        switch self {
        case .connected(let peer, _), .disconnected(let peer, _): peer
        }
    }

    package func isConnection(of peer: PeerID) -> Bool {
        if case .connected(peer, _) = self { true } else { false }
    }

    package func isDisconnection(of peer: PeerID) -> Bool {
        if case .disconnected(peer, _) = self { true } else { false }
    }
}

extension NetworkSnapshot {
    /// Inbound connections that were refused, by reason.
    package var refusals: [String: UInt64] {
        Dictionary(uniqueKeysWithValues: refusedHandshakes.map { ($0.reason, $0.count) })
    }
}
