import ConclavePrimitives

/// What messages of a benchmark consist of, the same in every run.
enum Payload {
    /// Words of what validators tell each other in text.
    private static let words = [
        "transfer", "bond", "unbond", "epoch", "view", "leader", "notarize", "finalize", "nullify", "height",
        "parent", "digest", "signature", "amount", "nonce", "sender", "recipient", "weight", "quorum", "memo",
    ]

    /// Names and numbers as in a list of transactions.
    static func text(bytes count: Int) -> [UInt8] {
        var random = SplitMix64(seed: 1)
        var text: [UInt8] = []
        while text.count < count {
            let word = words[Int.random(in: words.indices, using: &random)]
            let number = Int.random(in: 0..<1_000_000, using: &random)
            text += Array("\"\(word)\":\(number),".utf8)
        }
        return Array(text.prefix(count))
    }

    /// Bytes that nothing can shorten.
    static func random(bytes count: Int) -> [UInt8] {
        var random = SplitMix64(seed: 2)
        return (0..<count).map { _ in UInt8.random(in: 0...UInt8.max, using: &random) }
    }
}
