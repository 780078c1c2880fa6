public import ConclaveCryptography

/// To whom a message goes. Never to the node itself.
public enum Audience: Hashable, Sendable {
    /// The members of the epoch's set.
    case validators
    /// The same, but for one that has it already.
    case validatorsExcept(PublicKey)
    /// All that are connected: those who follow and those who will join or have left, too.
    case everyone
    case everyoneExcept(PublicKey)
    case one(PublicKey)
}
