/// The channels that consensus speaks on: one for each kind of traffic, so that each has its own quota and
/// its own lane.
public enum MessageClass: UInt8, Sendable, CaseIterable, Comparable {
    /// Votes. Never behind a body.
    case votes
    /// Certificates that are passed on.
    case certificates
    /// A leader's vote for its own block, with the certificates that it rests on.
    case proposals
    /// Questions, and the certificates that answer them.
    case asks
    /// Blocks that are being decided.
    case bodies
    /// Blocks that were decided long ago, and certificates for those who are epochs behind.
    case backfill

    /// How urgent its messages are.
    public enum Urgency: Sendable { case critical, high, normal, bulk }

    public var urgency: Urgency {
        switch self {
        case .votes, .certificates: .critical
        case .proposals, .asks: .high
        case .bodies: .normal
        case .backfill: .bulk
        }
    }

    public static func < (left: MessageClass, right: MessageClass) -> Bool { left.rawValue < right.rawValue }
}
