internal import ConclaveCodec
public import ConclaveCryptography

/// Why members are no set of validators.
public enum ValidatorSetFault: Error, Hashable, Sendable {
    /// `1...ValidatorSet.countMax` are allowed.
    case count(Int)
    /// The key stands twice, or before a smaller one where the order is given.
    case notAscending(PublicKey)
    case weightless(PublicKey)
    /// All together weigh `ValidatorSet.weightLimit` or more.
    case tooHeavy

    var asDecodeError: DecodeError {
        switch self {
        case .count(let count): .belowLimit(value: UInt64(count), limit: 1)
        case .notAscending: .notAscending
        case .weightless: .belowLimit(value: 0, limit: 1)
        case .tooHeavy: .aboveLimit(value: ValidatorSet.weightLimit, limit: ValidatorSet.weightLimit - 1)
        }
    }
}
