/// Why a transaction does not wait for a block.
public enum MempoolRefusal: Error, Hashable, Sendable {
    /// It could not be applied, now or ever.
    case refused(Refusal)
    /// It waits already.
    case known
    /// Another with its nonce waits already. There is no fee by which one could outbid the other.
    case nonceTaken
    /// As much of its account waits as may.
    case accountFull
    /// As much waits as may, and no account has more waiting than this one would.
    case full

    /// A name for programs.
    public var code: String {
        switch self {
        case .refused(let refusal): refusal.code
        case .known: "known"
        case .nonceTaken: "nonce_taken"
        case .accountFull: "account_full"
        case .full: "full"
        }
    }

    /// What is wrong and what would be right, in one line.
    public var message: String {
        switch self {
        case .refused(let refusal): refusal.message
        case .known: "it waits for a block already"
        case .nonceTaken: "another transaction with this nonce waits already; take the next one"
        case .accountFull: "too many transactions of the account wait; try again later"
        case .full: "too many transactions wait; try again later"
        }
    }
}
