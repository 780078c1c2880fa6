/// What a journal says when it is read back. Feed it every record that is kept but blocks, in the order in
/// which they were written; where a store keeps no order, epochs first. Then give it the blocks that
/// ``takeMissingBlock()`` names until it names none: those that votes and certificates are about. The machine
/// asks for all others when it needs them, for a journal may hold more than memory does.
public struct Recovery: Sendable {
    /// The newest epoch; nil if the journal is empty.
    package private(set) var start: EpochStart?
    package private(set) var standing = Standing.voting
    package private(set) var certificates: [Certificate] = []
    package private(set) var votes: [Vote] = []
    /// Headers of kept blocks by their digests. Bodies stay on the disk.
    package private(set) var headers: [Digest: Header] = [:]
    package private(set) var acknowledged: (height: Height, digest: Digest)?
    /// The blocks that certificates and votes are about.
    private var named: [Digest] = []
    private var isAcknowledgedNamed = false

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
            named = []
        case .certificate(let certificate):
            guard certificate.subject.epoch == start?.epoch else { return }
            certificates.append(certificate)
            name(certificate.subject)
        case .vote(let vote):
            guard vote.subject.epoch == start?.epoch else { return }
            votes.append(vote)
            name(vote.subject)
        case .block(let block):
            headers[block.digest] = block.header
        case .acknowledged(let height, let digest):
            if let acknowledged, acknowledged.height >= height { return }
            acknowledged = (height, digest)
        case .settled: break
        }
    }

    /// A block that is needed and was not given; each is named once. Answer with ``replay(_:)`` if the
    /// journal has it.
    public mutating func takeMissingBlock() -> Digest? {
        while let digest = named.popLast() {
            if headers[digest] == nil { return digest }
        }
        return acknowledged.flatMap { block in
            guard headers[block.digest] == nil, !isAcknowledgedNamed else { return nil }
            isAcknowledgedNamed = true
            return block.digest
        }
    }

    private mutating func name(_ subject: Subject) {
        if let proposal = subject.proposal { named.append(proposal.payload) }
    }
}
