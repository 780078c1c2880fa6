public import ConclaveCodec
public import ConclaveCryptography

/// Votes of a quorum for one subject. Many byte strings certify the same: what a certificate is, is its
/// subject.
public struct Certificate: Hashable, WireValue {
    public let subject: Subject
    /// A bit for each member of the epoch's set.
    public let signers: Bitmap
    /// One of 64 bytes for each bit that is set, in the order of the bits.
    private let signatures: [UInt8]

    /// Of votes for one subject, by index of their signers.
    ///
    /// - Parameter votes: ascending by signer, each below `count`; others are left out.
    package init(_ subject: Subject, count: Int, votes: some Sequence<(signer: Int, signature: Signature)>) {
        var signers = Bitmap(count: count)
        var signatures: [UInt8] = []
        var next = 0
        for vote in votes where vote.signer >= next && vote.signer < count {
            signers[vote.signer] = true
            signatures.append(contentsOf: vote.signature.bytes)
            next = vote.signer + 1
        }
        self.subject = subject
        self.signers = signers
        self.signatures = signatures
    }

    /// The signature of the member with index `signer`; nil if it did not sign. O(n).
    public func signature(of signer: Int) -> Signature? {
        guard signer >= 0, signer < signers.count, signers[signer] else { return nil }
        var rank = 0
        for place in 0..<signer where signers[place] { rank += 1 }
        return signature(at: rank)
    }

    private func signature(at rank: Int) -> Signature? {
        let start = rank * Signature.byteCount
        guard start + Signature.byteCount <= signatures.count else { return nil }
        return Signature(Array(signatures[start..<start + Signature.byteCount]))
    }

    /// Each signer with its signature, in ascending order.
    package func forEachVote<Failure: Error>(
        _ body: (_ signer: Int, _ signature: Signature) throws(Failure) -> Void
    ) throws(Failure) {
        var rank = 0
        for signer in 0..<signers.count where signers[signer] {
            if let signature = signature(at: rank) { try body(signer, signature) }
            rank += 1
        }
    }

    /// Checks everything that makes a certificate valid, but looks at no signature that `known` vouches for.
    ///
    /// - Parameter known: whether this node has verified this very signature of this signer under this
    ///   subject.
    /// - Returns: how many signatures were verified.
    /// - Throws: the first fault. Which it is says who is to blame: whoever sent the certificate.
    @discardableResult
    public func verify(
        in committee: Committee, by verifier: some VoteVerifier,
        known: (_ signer: Int, _ signature: Signature) -> Bool = { _, _ in false }
    ) throws(CertificateFault) -> Int {
        guard subject.epoch == committee.epoch else { throw .foreignEpoch(subject.epoch) }
        guard signers.count == committee.validators.count else { throw .size(signers.count) }
        guard committee.validators.isQuorum(committee.validators.weight(of: signers)) else {
            throw .noQuorum
        }
        let statement = committee.statement(of: subject)
        var verified = 0
        try forEachVote { (signer, signature) throws(CertificateFault) in
            guard !known(signer, signature) else { return }
            verified += 1
            let key = committee.validators.members[signer].key
            guard verifier.verifies(signature, of: statement, by: key) else {
                throw .signature(of: signer, after: verified)
            }
        }
        return verified
    }

    /// Appends `subject ‖ n as u16 ‖ bitmap of ⌈n/8⌉ bytes ‖ 64 bytes per signer`.
    public func encode(into writer: inout Writer) {
        subject.encode(into: &writer)
        writer.integer(UInt16(clamping: signers.count))
        writer.append(signers.bytes)
        writer.append(signatures)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        subject = try Subject(from: &reader)
        let count = try reader.integer(UInt16.self)
        signers = try Bitmap(from: &reader, count: Int(count))
        signatures = try reader.array(signers.population * Signature.byteCount)
    }
}
