internal import ConclaveCodec
internal import ConclaveCryptography

/// The validators of one epoch of one chain: everything that a vote or certificate of the epoch is checked
/// against.
public struct Committee: Sendable {
    public let chain: Digest
    public let epoch: Epoch
    public let validators: ValidatorSet
    /// Names chain, epoch and validators together.
    public let digest: Digest

    public init(chain: Digest, epoch: Epoch, validators: ValidatorSet) {
        self.chain = chain
        self.epoch = epoch
        self.validators = validators
        digest = validators.digest(chain: chain, epoch: epoch)
    }

    /// What a vote for `subject` signs, under `Namespace.votes`. Chain, set and epoch
    /// are our own and not the message's, so that no vote can be moved to another.
    ///
    /// With the namespace before it this is Docs/Consensus' `0x0f "simplex.vote.v1" ‖ chain ‖ set ‖ kind ‖
    /// …`.
    public func statement(of subject: Subject) -> [UInt8] {
        var writer = Writer(capacity: 2 * Digest.byteCount + Subject.byteCountMax)
        chain.encode(into: &writer)
        digest.encode(into: &writer)
        subject.encode(into: &writer)
        return writer.bytes
    }

    /// Whether `vote` is one of this epoch by a member, and signed by it.
    public func accepts(_ vote: Vote, by verifier: some VoteVerifier) -> Bool {
        guard vote.subject.epoch == epoch, Int(vote.signer) < validators.count else { return false }
        let key = validators.members[Int(vote.signer)].key
        return verifier.verifies(vote.signature, of: statement(of: vote.subject), by: key)
    }
}
