/// How urgent a message is. More urgent ones leave first; each lower one is guaranteed a share.
public enum Priority: UInt8, Sendable, CaseIterable, Comparable {
    /// The peer layer's own: pings, greetings, goodbyes. Not for applications.
    case control
    case critical, high, normal, low, bulk

    public static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
}
