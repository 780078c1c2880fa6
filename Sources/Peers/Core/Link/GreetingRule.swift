package import ConclavePrimitives
package import ConclaveTransport

/// What the greeting of the peer at the other end must be. By reference, so that links in lookup, which have
/// no greeting, have no room for its rule either.
package final class GreetingRule: Sendable {
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
