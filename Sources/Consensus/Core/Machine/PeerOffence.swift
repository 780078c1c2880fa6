/// What no honest peer does.
public enum PeerOffence: Hashable, Sendable {
    /// A vote of its own that it did not sign.
    case voteSignature
    /// A vote of another, or of an index that no member has: votes come only from their signers.
    case foreignVote
    case certificate(CertificateFault)
    /// A proposal for a view that another leads.
    case notLeader
}
