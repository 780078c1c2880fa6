/// What the application says of a block that it was asked to verify.
public enum Verdict: Hashable, Sendable {
    case valid
    /// The block breaks a rule of the application, or cannot be judged in time.
    case refused
}
