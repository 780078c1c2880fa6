/// Whether this node's key may vote in an epoch.
public enum Standing: UInt8, Hashable, Sendable {
    case voting = 0
    /// The journal that says what this key voted for is lost: until an epoch begins in which it cannot have
    /// voted, it does not.
    case abstaining = 1
}
