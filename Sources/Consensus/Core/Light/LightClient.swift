/// Follows a chain by headers alone: knows the chain, an epoch and its validators, and believes what they
/// finalized and nothing else.
///
/// Whoever starts it from an old checkpoint believes validators of long ago. They may have sold their keys
/// since: do not start from one older than the time for which those who left still answer for what they
/// signed.
public struct LightClient: Sendable {
    public let epochLength: UInt64
    /// The validators of the epoch in which the client stands.
    public private(set) var committee: Committee

    /// - Parameters:
    ///   - committee: of epoch 0 out of the genesis file, or of a checkpoint.
    ///   - epochLength: heights in an epoch, at least 1; the chain's.
    public init(committee: Committee, epochLength: UInt64) {
        self.committee = committee
        self.epochLength = max(epochLength, 1)
    }

    public var epoch: Epoch { committee.epoch }

    /// The heights of the epoch's blocks.
    public var heights: ClosedRange<UInt64> {
        let (below, overflow) = epoch.number.multipliedReportingOverflow(by: epochLength)
        guard !overflow else { return UInt64.max...UInt64.max }
        let first = Height(below).next, last = Height(below).advanced(by: epochLength)
        return first.number...last.number
    }

    /// Accepts the header that `proof` is about: final, and of the client's epoch.
    ///
    /// - Returns: the header.
    @discardableResult
    public func accept(
        _ proof: CertifiedHeader, by verifier: some VoteVerifier = StrictVerifier()
    ) throws(LightClientFault) -> Header {
        try check(proof)
        guard case .finalize(let proposal) = proof.finalization.subject else { throw .notFinal }
        var expected = proposal.payload
        for (place, header) in proof.headers.enumerated() {
            guard header.digest == expected else {
                throw place == 0 ? .otherBlock(header.digest) : .notLinked(header.height)
            }
            expected = header.parent
        }
        do throws(CertificateFault) {
            try proof.finalization.verify(in: committee, by: verifier)
        } catch {
            throw .certificate(error)
        }
        return proof.header
    }

    /// Goes on to the next epoch, whose validators `next` are if the epoch's last block says so.
    public mutating func cross(
        _ proof: CertifiedHeader, next: ValidatorSet, by verifier: some VoteVerifier = StrictVerifier()
    ) throws(LightClientFault) {
        let header = try accept(proof, by: verifier)
        guard header.height.number == heights.upperBound else { throw .notLast(header.height) }
        let committee = Committee(chain: committee.chain, epoch: epoch.next, validators: next)
        guard committee.digest == header.nextSetDigest else { throw .wrongNextSet(committee.digest) }
        self.committee = committee
    }

    /// What needs no signature.
    private func check(_ proof: CertifiedHeader) throws(LightClientFault) {
        guard proof.finalization.subject.epoch == epoch else {
            throw .foreignEpoch(proof.finalization.subject.epoch)
        }
        for header in proof.headers {
            guard header.chain == committee.chain else { throw .foreignChain(header.chain) }
            guard header.epoch == epoch else { throw .foreignEpoch(header.epoch) }
            guard header.setDigest == committee.digest else { throw .foreignSet(header.setDigest) }
            guard heights.contains(header.height.number) else { throw .height(header.height) }
        }
    }
}
