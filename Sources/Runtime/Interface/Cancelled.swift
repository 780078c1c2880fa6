/// The task was cancelled while it waited.
public struct Cancelled: Error, Hashable, Sendable {
    public init() {}
}
