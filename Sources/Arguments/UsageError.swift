/// The command line is wrong: what is wrong and what would be right, in one line.
public struct UsageError: Error, Hashable, Sendable {
    public let message: String

    public init(_ message: String) {
        self.message = message
    }
}
