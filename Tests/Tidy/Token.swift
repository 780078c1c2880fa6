/// One word, number, sign or string of a Swift file. Comments are none, and what a string says is left out.
struct Token: Equatable, Sendable {
    /// The word or the one sign; `""` for a string of any kind; a name in backticks with its backticks.
    let text: String
    /// From 1.
    let line: Int
    /// White space or a comment stands before it.
    let isSpaced: Bool
    /// No other token stands before it on its line.
    let isFirst: Bool

    var isWord: Bool {
        guard let first = text.utf8.first else { return false }
        return Tokenizer.isWordByte(first) || first == UInt8(ascii: "`")
    }
}
