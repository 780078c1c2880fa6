/// A command line of this program that a suite runs once a round, in turn with the others.
struct Trial: Hashable, Sendable {
    /// The benchmark's name and its options.
    let words: [String]
    let repetition: Repetition

    enum Repetition: Hashable, Sendable {
        case eachRound
        /// Takes long and varies little.
        case once
    }

    init(_ words: String, _ repetition: Repetition = .eachRound) {
        self.words = words.split(separator: " ").map(String.init)
        self.repetition = repetition
    }

    var text: String { words.joined(separator: " ") }
}
