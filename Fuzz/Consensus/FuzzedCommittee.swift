package import ConclaveConsensusCore
package import ConclaveConsensusTrials
package import ConclaveCryptography
internal import ConclavePrimitives

/// A few validators with stand-in keys, and what can be signed in an epoch of theirs.
package struct FuzzedCommittee {
    /// In the order of the set.
    package let keys: [TrialKey]
    package let committee: Committee

    /// - Parameters:
    ///   - weights: at least one, all above 0, together below ``ValidatorSet/weightLimit``.
    ///   - first: the number of the first key, so that sets can differ.
    package init(weights: [UInt64], first: Int = 0, chain: Digest, epoch: Epoch) {
        keys = weights.indices.map { TrialKey.standIn(number: first + $0) }
            .sorted { $0.publicKey < $1.publicKey }
        let members = zip(keys, weights).map { ValidatorSet.Member($0.publicKey, weight: $1) }
        guard let set = try? ValidatorSet(members) else { preconditionFailure("the target chose no set") }
        committee = Committee(chain: chain, epoch: epoch, validators: set)
    }

    package var count: Int { keys.count }

    package func signature(_ subject: Subject, by signer: Int) -> Signature {
        keys[signer].sign(committee.statement(of: subject))
    }

    package func vote(_ subject: Subject, by signer: Int) -> Vote {
        Vote(subject, signer: UInt16(signer), signature: signature(subject, by: signer))
    }

    package func certificate(_ subject: Subject, by signers: [Int]) -> Certificate {
        Certificate(subject, count: count, votes: signers.map { ($0, signature(subject, by: $0)) })
    }

    /// The genesis block of a chain that these begin.
    package var genesis: Header {
        .genesis(
            chain: committee.chain, validators: committee.validators, stateRoot: .zero,
            time: WallTime(milliseconds: 0))
    }

    /// A block with a body of its own on `parent`.
    package func block(
        _ number: Int, on parent: Header, next: Digest = .zero
    ) -> Block {
        let body = [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
        let header = Header(
            chain: committee.chain, height: parent.height.next, epoch: committee.epoch, parent: parent.digest,
            bodyRoot: Digest(of: body), stateRoot: .zero, setDigest: committee.digest, nextSetDigest: next,
            time: WallTime(milliseconds: UInt64(number)))
        return Block(trusted: header, body: body)
    }
}
