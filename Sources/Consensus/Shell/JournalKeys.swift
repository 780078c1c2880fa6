internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveRuntime

/// Where the journal keeps what. Keys are numbers in network order, so that their order is that of the
/// numbers.
enum JournalKeys {
    static let store: StorageName = "consensus"
    static let epochs: StorageName = "epochs"
    static let certificates: StorageName = "certificates"
    static let votes: StorageName = "votes"
    /// Heights of blocks by their digests.
    static let heights: StorageName = "heights"
    /// Headers by height and digest, so that a way down is read in a few pages: reading waits for the sync
    /// that is under way, and one read for each block of it would be slower than the chain.
    static let headers: StorageName = "headers"
    /// Bodies in the same order.
    static let bodies: StorageName = "bodies"
    static let marks: StorageName = "marks"
    static let tables = [epochs, certificates, votes, heights, headers, bodies, marks]

    /// Under which the newest acknowledged height stands in `marks`.
    static let acknowledged = Array("acknowledged".utf8)

    static func epoch(_ epoch: Epoch) -> [UInt8] { epoch.encoded }

    /// Contradictory certificates of one view and kind stand beside each other: their subjects differ.
    static func certificate(_ subject: Subject) -> [UInt8] {
        vote(subject) + Digest(of: subject.encoded).encoded
    }

    static func vote(_ subject: Subject) -> [UInt8] {
        subject.epoch.encoded + subject.view.encoded + [subject.kind.rawValue]
    }

    /// What lies at or below a view of an epoch, and of all epochs before.
    static func settled(_ epoch: Epoch, through view: View) -> KeyRange {
        KeyRange(until: epoch.encoded + view.next.encoded)
    }

    static func block(_ height: Height, _ digest: Digest) -> [UInt8] { height.encoded + digest.encoded }

    /// The digest in a key of ``headers`` or ``bodies``.
    static func digest(in key: [UInt8]) -> [UInt8] { Array(key.suffix(Digest.byteCount)) }

    static func blocks(below height: Height) -> KeyRange { KeyRange(until: height.encoded) }

    /// From the block down to but without `floor`.
    static func blocks(from height: Height, _ digest: Digest, above floor: Height) -> KeyRange {
        KeyRange(from: floor.next.encoded, until: block(height, digest) + [0])
    }

    /// From the block upwards.
    static func blocks(upFrom height: Height, _ digest: Digest) -> KeyRange {
        KeyRange(from: block(height, digest))
    }
}
