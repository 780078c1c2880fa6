internal import ConclaveCryptography

/// Verified votes of the views in the window: at most one for each signer, view and kind.
struct VoteTable: Sendable {
    private struct Ballots: Sendable {
        var notarize = Ballot()
        var nullify = Ballot()
        var finalize = Ballot()

        subscript(kind: VoteKind) -> Ballot {
            get {
                switch kind {
                case .notarize: notarize
                case .nullify: nullify
                case .finalize: finalize
                }
            }
            _modify {
                switch kind {
                case .notarize: yield &notarize
                case .nullify: yield &nullify
                case .finalize: yield &finalize
                }
            }
        }
    }

    private var ballots = ViewWindow(empty: Ballots())

    /// The ballot of a view and kind, empty if there is none.
    func ballot(_ kind: VoteKind, in view: View) -> Ballot { ballots[view][kind] }

    /// Takes a verified vote of a view in the window; returns what its subject weighs now.
    mutating func take(_ vote: Vote, weight: UInt64, count: Int) -> UInt64 {
        ballots.update(vote.subject.view) { $0[vote.subject.kind].take(vote, weight: weight, count: count) }
    }

    mutating func drop(through view: View) { ballots.drop(through: view) }

    /// The views of which votes are kept, ascending.
    var views: [View] { ballots.views }
}
