public import ConclaveCodec

/// Two votes of one validator that no honest one gives both: proof, with nothing but the epoch's set.
///
/// Not evidence: notarize X and finalize Y (the leader offered both), notarize and nullify, two signatures
/// under one subject.
public struct Evidence: Hashable, WireValue {
    public enum Offence: UInt8, Hashable, Sendable, CaseIterable {
        case twoNotarizations = 1, twoFinalizations, nullifiedAndFinalized
    }

    /// The smaller encoding first, so that one offence has one form.
    public let first: Vote
    public let second: Vote
    public let offence: Offence

    /// Nil if the two are no offence, whether signed or not.
    public init?(_ one: Vote, _ other: Vote) {
        guard one.signer == other.signer, one.subject != other.subject,
            one.subject.epoch == other.subject.epoch, one.subject.view == other.subject.view
        else { return nil }
        switch (one.subject.kind, other.subject.kind) {
        case (.notarize, .notarize): offence = .twoNotarizations
        case (.finalize, .finalize): offence = .twoFinalizations
        case (.nullify, .finalize), (.finalize, .nullify): offence = .nullifiedAndFinalized
        case (.notarize, .nullify), (.nullify, .notarize), (.notarize, .finalize), (.finalize, .notarize),
            (.nullify, .nullify):
            return nil
        }
        let isInOrder = one.subject.encoded.lexicographicallyPrecedes(other.subject.encoded)
        first = isInOrder ? one : other
        second = isInOrder ? other : one
    }

    public var epoch: Epoch { first.subject.epoch }
    public var view: View { first.subject.view }
    public var signer: UInt16 { first.signer }

    /// Whether the signer really gave both votes.
    public func isProven(in committee: Committee, by verifier: some VoteVerifier) -> Bool {
        committee.accepts(first, by: verifier) && committee.accepts(second, by: verifier)
    }

    public func encode(into writer: inout Writer) {
        first.encode(into: &writer)
        second.encode(into: &writer)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        let first = try Vote(from: &reader)
        let second = try Vote(from: &reader)
        guard let evidence = Evidence(first, second), evidence.first == first else {
            throw .notAscending
        }
        self = evidence
    }
}
