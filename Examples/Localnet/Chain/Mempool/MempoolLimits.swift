/// What waits for a block at most.
public struct MempoolLimits: Hashable, Sendable {
    /// Transactions in all; eight full blocks.
    public var transactionsMax = 8_192
    /// Their encodings together, in bytes. What the pool itself needs beside them is about as much again.
    public var bytesMax = 2_097_152
    /// Transactions of one account: who sends more at once is told to wait.
    public var accountMax = 64

    public init() {}
}
