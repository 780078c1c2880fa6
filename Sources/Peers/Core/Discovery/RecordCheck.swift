import ConclaveCryptography
package import ConclavePrimitives
package import ConclaveTransport

/// Which address records may be believed.
package struct RecordCheck: Hashable, Sendable {
    package let own: PeerID
    private let namespace: Namespace
    private let synchronyBound: Duration

    package init(own: PeerID, configuration: Configuration) {
        self.own = own
        namespace = configuration.namespace
        synchronyBound = configuration.synchronyBound
    }

    /// Believes a record that somebody sent. The cheap checks come first; the signature costs 35 µs.
    package func believed(_ record: AddressRecord, at now: WallTime) throws(PeerFault) -> BelievedRecord {
        guard record.peer != own else { throw .addressRecord(.ofOurselves) }
        guard record.time <= now.advanced(by: synchronyBound) else { throw .addressRecord(.fromFuture) }
        return try believed(remembered: record)
    }

    /// Believes what was believed before: only the disk may have changed it since.
    package func believed(remembered record: AddressRecord) throws(PeerFault) -> BelievedRecord {
        guard record.peer != own else { throw .addressRecord(.ofOurselves) }
        guard record.isSigned(in: namespace) else { throw .addressRecord(.signature) }
        return BelievedRecord(record: record)
    }

    /// Believes what the peer at the other end says of itself.
    package func believed(
        _ greeting: AddressRecord, of peer: PeerID, at now: WallTime
    ) throws(PeerFault) -> BelievedRecord {
        guard greeting.peer == peer else { throw .addressRecord(.ofAnother) }
        return try believed(greeting, at: now)
    }
}

/// An address record whose signature was verified and whose time is not too far ahead.
package struct BelievedRecord: Hashable, Sendable {
    package let record: AddressRecord

    fileprivate init(record: AddressRecord) {
        self.record = record
    }
}
