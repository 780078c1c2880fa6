import Conclave

/// What the chain of a story is like.
package struct ChainRules: Sendable {
    /// How long a leader waits before it builds, as one that collects transactions would.
    let pause: Duration
    let epochLength: UInt64
    let delta: Duration
    let membership: Membership

    package init(
        pause: Duration = .milliseconds(20), epochLength: UInt64 = 20, delta: Duration = .milliseconds(100),
        membership: Membership = .rotating
    ) {
        self.pause = pause
        self.epochLength = epochLength
        self.delta = delta
        self.membership = membership
    }

    /// Who decides in which epoch.
    package enum Membership: Sendable {
        /// Everybody in each.
        case all
        /// All but one, each in turn, as long as one fault can be borne then.
        case rotating
    }

    /// The smallest set that bears a fault.
    private static let membersMin = 4

    func validators(_ keys: [PublicKey], of epoch: Epoch) throws -> ValidatorSet {
        var members = keys.map { ValidatorSet.Member($0) }
        switch membership {
        case .all: break
        case .rotating:
            if members.count > Self.membersMin {
                members.remove(at: Int(epoch.number % UInt64(members.count)))
            }
        }
        return try ValidatorSet(members)
    }
}
