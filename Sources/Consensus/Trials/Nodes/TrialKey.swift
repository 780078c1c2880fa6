internal import ConclaveCodec
internal import ConclaveConsensusCore
package import ConclaveCryptography

/// A validator's key in a trial: Ed25519, or a stand-in that costs a hundredth.
package enum TrialKey: VoteSigner {
    case real(SigningKey)
    /// Whoever knows the public key can sign: only ``Witness`` says who did.
    case standIn(PublicKey)

    package static func standIn(number: Int) -> TrialKey {
        var bytes = [UInt8](
            repeating: UInt8(truncatingIfNeeded: number &* 37 &+ 11), count: PublicKey.byteCount)
        bytes[31] = UInt8(truncatingIfNeeded: number)
        bytes[30] = UInt8(truncatingIfNeeded: number >> 8)
        guard let key = PublicKey(bytes) else { preconditionFailure("a key has 32 bytes") }
        return .standIn(key)
    }

    package var publicKey: PublicKey {
        switch self {
        case .real(let key): key.publicKey
        case .standIn(let key): key
        }
    }

    package func sign(_ statement: [UInt8]) -> Signature {
        switch self {
        case .real(let key): key.sign(statement)
        case .standIn(let key): Self.standInSignature(of: statement, by: key)
        }
    }

    static func standInSignature(of statement: [UInt8], by key: PublicKey) -> Signature {
        var state = key.bytes.reduce(UInt64(0x9E37_79B9_7F4A_7C15)) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
        for byte in statement { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var writer = Writer(capacity: Signature.byteCount)
        for round: UInt64 in 1...8 {
            let mixed = (state ^ (state >> 29)) &* (0xBF58_476D_1CE4_E5B9 &+ round &* 2)
            writer.integer(mixed ^ (mixed >> 32))
        }
        guard let signature = Signature(writer.bytes) else { preconditionFailure("a signature has 64 bytes") }
        return signature
    }
}

/// Verifies the signatures of `TrialKey`.
package enum TrialVerifier: VoteVerifier {
    case real, standIn

    package func verifies(_ signature: Signature, of statement: [UInt8], by key: PublicKey) -> Bool {
        switch self {
        case .real: StrictVerifier().verifies(signature, of: statement, by: key)
        case .standIn: TrialKey.standInSignature(of: statement, by: key) == signature
        }
    }
}
