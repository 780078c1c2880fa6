public import ConclaveChain
import ConclaveCodec
public import ConclaveConsensusCore
import ConclaveCryptography
public import ConclavePeersCore
import ConclavePrimitives

extension Roster {
    /// The same validators as the engine knows them: by their network keys.
    public var validatorSet: ValidatorSet {
        get throws(ValidatorSetFault) {
            try ValidatorSet(seats.map { .init($0.contact.networkKey, weight: $0.weight) })
        }
    }

    /// The same validators as the network dials them.
    public var members: [PeerSet.Member] {
        seats.map { seat in
            PeerSet.Member(
                seat.contact.networkKey, at: PeerAddress(dialled: seat.contact.address), weight: seat.weight)
        }
    }
}

extension Digest {
    /// The same 32 bytes.
    public init(_ digest: ChainDigest) { self = Digest(digest.bytes) ?? .zero }
}

extension ChainDigest {
    /// The same 32 bytes.
    public init(_ digest: Digest) { self = ChainDigest(digest.bytes) ?? .zero }
}

extension ChainGenesis {
    /// Where the engine begins: behind a block that nobody decided.
    public var epochStart: EpochStart {
        get throws(ValidatorSetFault) {
            let ledger = Ledger(self)
            let validators = try ledger.roster.validatorSet
            let header = Header.genesis(
                chain: Digest(terms.identity.digest), validators: validators,
                stateRoot: Digest(ledger.stateRoot), time: .init(milliseconds: 0))
            return EpochStart(genesis: header, validators: validators)
        }
    }
}
