/// What a value on the command line may be: how it is called in help, read, and shown as a default.
public struct ValueKind<Value: Sendable>: Sendable {
    /// What stands for the value in help: `FILE`.
    public let metavariable: String
    /// What would have been right, to end a sentence with: `a duration such as 250ms, 10s, 5m or 1h`.
    public let expected: String
    let read: @Sendable (String) -> Value?
    /// The word that spells a value.
    public let show: @Sendable (Value) -> String

    /// - Parameters:
    ///   - read: the value that a word spells; nil if it spells none.
    ///   - show: the word that spells a value; used to show defaults.
    public init(
        _ metavariable: String, expected: String,
        show: @escaping @Sendable (Value) -> String = { "\($0)" },
        read: @escaping @Sendable (String) -> Value?
    ) {
        self.metavariable = metavariable
        self.expected = expected
        self.read = read
        self.show = show
    }

    /// The value that `word` spells.
    /// - Throws: ``UsageError`` naming `option`, the word and what would be right.
    public func value(of word: String, for option: String) throws(UsageError) -> Value {
        if let value = read(word) { return value }
        throw UsageError("\(option): \(quoted(word)) is not \(expected)")
    }

    /// The same kind under another name in help.
    public func named(_ metavariable: String) -> ValueKind {
        ValueKind(metavariable, expected: expected, show: show, read: read)
    }
}
