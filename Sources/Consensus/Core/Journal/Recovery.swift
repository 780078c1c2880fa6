/// What a journal says when it is read back. Feed it every record that is kept, in the order in which they
/// were written; where a store keeps no order, epochs first.
public struct Recovery: Sendable {
    /// The newest epoch; nil if the journal is empty.
    package private(set) var start: EpochStart?
    package private(set) var standing = Standing.voting
    package private(set) var certificates: [Certificate] = []
    package private(set) var votes: [Vote] = []
    /// Headers of kept blocks by their digests. Bodies stay on the disk.
    package private(set) var headers: [Digest: Header] = [:]
    package private(set) var acknowledged: (height: Height, digest: Digest)?

    public init() {}

    /// Whether nothing was kept: a new node, or one that lost its journal.
    public var isEmpty: Bool { start == nil }

    public mutating func replay(_ record: JournalRecord) {
        switch record {
        case .epoch(let start, let standing):
            if let newest = self.start, newest.epoch >= start.epoch { return }
            self.start = start
            self.standing = standing
            certificates = []
            votes = []
        case .certificate(let certificate):
            if certificate.subject.epoch == start?.epoch { certificates.append(certificate) }
        case .vote(let vote):
            if vote.subject.epoch == start?.epoch { votes.append(vote) }
        case .block(let block):
            headers[block.digest] = block.header
        case .acknowledged(let height, let digest):
            if let acknowledged, acknowledged.height >= height { return }
            acknowledged = (height, digest)
        case .settled: break
        }
    }

    /// Drops the headers that nobody will ask for again: call it now and then where a journal is long.
    public mutating func forgetDelivered() {
        guard let acknowledged else { return }
        headers = headers.filter { $0.value.height >= acknowledged.height }
    }
}
