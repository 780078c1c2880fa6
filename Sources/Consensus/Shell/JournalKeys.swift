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
    /// Blocks by digest.
    static let blocks: StorageName = "blocks"
    /// Digests by height, without a value: for dropping old blocks.
    static let heights: StorageName = "heights"
    static let marks: StorageName = "marks"
    static let tables = [epochs, certificates, votes, blocks, heights, marks]

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

    static func height(_ header: Header, _ digest: Digest) -> [UInt8] {
        header.height.encoded + digest.encoded
    }

    static func heights(from height: Height) -> KeyRange { KeyRange(from: height.encoded) }
    static func heights(below height: Height) -> KeyRange { KeyRange(until: height.encoded) }
}
