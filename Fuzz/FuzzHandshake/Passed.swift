/// What was said, and what of it arrived.
struct Passed {
    /// As many bytes as the receiver reads at most; what lies behind them is no part of the handshake.
    let heard: [UInt8]
    let isWhole: Bool

    init(_ said: [UInt8], _ arrived: [UInt8]) {
        heard = Array(arrived.prefix(said.count))
        isWhole = heard == said
    }
}
