/// What the machine has counted since it was made.
public struct ConsensusStatistics: Hashable, Sendable {
    /// Signatures that were looked at.
    public var signaturesVerified: UInt64 = 0
    /// Signatures that came and were not looked at, because they had been, or because what they say was
    /// certain already.
    public var signaturesSpared: UInt64 = 0
    public var viewsEntered: UInt64 = 0
    public var viewsNotarized: UInt64 = 0
    public var viewsNullified: UInt64 = 0
    public var viewsFinalized: UInt64 = 0
    public var proposalsMade: UInt64 = 0
    /// Blocks that the application or a rule refused.
    public var proposalsRefused: UInt64 = 0
    public var evidenceFound: UInt64 = 0
    public var asksSent: UInt64 = 0
    public var asksAnswered: UInt64 = 0

    public init() {}
}
