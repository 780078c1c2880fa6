/// What this node has voted for in one view.
struct OwnVotes: Sendable {
    private(set) var notarize: Vote?
    private(set) var nullify: Vote?
    private(set) var finalize: Vote?

    /// Keeps the first of its kind.
    mutating func record(_ vote: Vote) {
        switch vote.subject.kind {
        case .notarize: notarize = notarize ?? vote
        case .nullify: nullify = nullify ?? vote
        case .finalize: finalize = finalize ?? vote
        }
    }

    /// In the order in which they are given.
    var all: [Vote] { [notarize, nullify, finalize].compactMap { $0 } }
}
