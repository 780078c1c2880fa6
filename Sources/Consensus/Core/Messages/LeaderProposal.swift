public import ConclaveCodec

/// A leader's notarize vote for its own block, and what makes the block a valid successor: the certificate of
/// the parent's view and the nullifications of the views between.
public struct LeaderProposal: Hashable, WireValue {
    public let vote: Vote
    /// At most ``MessageLimits/proposalCertificates``.
    public let certificates: [Certificate]

    /// Leaves out what is too much: it can be asked for.
    public init(_ vote: Vote, certificates: [Certificate]) {
        self.vote = vote
        self.certificates = Array(certificates.prefix(MessageLimits.proposalCertificates))
    }

    public func encode(into writer: inout Writer) {
        vote.encode(into: &writer)
        writer.byte(UInt8(clamping: certificates.count))
        for certificate in certificates { certificate.encode(into: &writer) }
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        vote = try Vote(from: &reader)
        guard case .notarize = vote.subject else { throw .unknownTag(vote.subject.kind.rawValue) }
        let count = Int(try reader.byte())
        let most = MessageLimits.proposalCertificates
        guard count <= most else { throw .aboveLimit(value: UInt64(count), limit: UInt64(most)) }
        var certificates: [Certificate] = []
        for _ in 0..<count { certificates.append(try Certificate(from: &reader)) }
        self.certificates = certificates
    }
}
