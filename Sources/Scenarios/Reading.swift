/// How a validator reads its inbox.
public enum Reading: Hashable, Sendable {
    /// As soon as something is there.
    case eager
    /// What is there then, every so often.
    case every(Duration)
    case never
}
