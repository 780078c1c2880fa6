package import ConclavePrimitives
package import ConclaveTransport

/// What the greeting of the peer at the other end must be.
package struct GreetingRule: Hashable, Sendable {
    private let peer: PeerID
    private let check: RecordCheck

    package init(from peer: PeerID, check: RecordCheck) {
        self.peer = peer
        self.check = check
    }

    package func examine(_ greeting: AddressRecord, at now: WallTime) throws(PeerFault) -> BelievedRecord {
        try check.believed(greeting, of: peer, at: now)
    }
}
