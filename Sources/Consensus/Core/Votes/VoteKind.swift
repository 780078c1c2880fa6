/// What a vote can be for. The raw value is the byte on the wire and in what is signed.
public enum VoteKind: UInt8, Sendable, CaseIterable, Comparable {
    /// "This block may follow."
    case notarize = 1
    /// "Nothing comes of this view."
    case nullify = 2
    /// "This block has been notarized, and I shall never say that nothing came of its view."
    case finalize = 3

    public static func < (left: VoteKind, right: VoteKind) -> Bool { left.rawValue < right.rawValue }
}
