/// Why a transaction is not applied. It changes nothing then, and may become right later unless it says that
/// its signature, chain or nonce is wrong.
public enum Refusal: Error, Hashable, Sendable {
    /// It is for another chain than this.
    case wrongChain
    /// The sender did not sign it.
    case badSignature
    /// The network key did not sign that it acts for the sender.
    case unprovenContact
    case amountZero
    /// Nobody ever sent anything to the sender.
    case unknownAccount
    /// One of this number was included before.
    case nonceTooLow(expected: UInt64)
    /// Those before it are missing.
    case nonceTooHigh(expected: UInt64)
    case balanceShort(available: UInt64)
    case stakeShort(available: UInt64)
    /// Who bonds has at least this much bonded, or nothing.
    case stakeBelowMinimum(UInt64)
    /// The first bond says how the validator is reached.
    case contactMissing
    /// Only who has bonded something is reached.
    case notBonded
    /// The network key is another account's, or still acts for one.
    case networkKeyInUse
    /// Nobody listens on port 0.
    case portZero
    /// Somebody must be left who validates.
    case lastValidator

    /// A name for programs.
    public var code: String {
        switch self {
        case .wrongChain: "wrong_chain"
        case .badSignature: "bad_signature"
        case .unprovenContact: "unproven_contact"
        case .amountZero: "amount_zero"
        case .unknownAccount: "unknown_account"
        case .nonceTooLow: "nonce_too_low"
        case .nonceTooHigh: "nonce_too_high"
        case .balanceShort: "balance_short"
        case .stakeShort: "stake_short"
        case .stakeBelowMinimum: "stake_below_minimum"
        case .contactMissing: "contact_missing"
        case .notBonded: "not_bonded"
        case .networkKeyInUse: "network_key_in_use"
        case .portZero: "port_zero"
        case .lastValidator: "last_validator"
        }
    }

    /// What is wrong and what would be right, in one line.
    public var message: String {
        switch self {
        case .wrongChain: "it is signed for another chain; sign with this network's genesis file"
        case .badSignature: "the sender's key did not sign it"
        case .unprovenContact: "the network key did not sign that it acts for this account"
        case .amountZero: "the amount is 0; it must be 1 at least"
        case .unknownAccount: "the account does not exist; somebody must send something to it first"
        case .nonceTooLow(let expected): "the nonce was used already; the next one is \(expected)"
        case .nonceTooHigh(let expected): "the nonce comes too early; the next one is \(expected)"
        case .balanceShort(let available): "the balance is too small; \(available) may be spent"
        case .stakeShort(let available): "the stake is too small; \(available) is bonded"
        case .stakeBelowMinimum(let least): "a stake is \(least) at least, or nothing"
        case .contactMissing: "the first bond must name a network key and its address"
        case .notBonded: "the account has nothing bonded"
        case .networkKeyInUse: "another validator uses the network key"
        case .portZero: "nobody can be reached on port 0"
        case .lastValidator: "it is the last validator; the chain would stop"
        }
    }
}
