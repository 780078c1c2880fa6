/// What a message from outside may hold at most; the same on every node of a chain.
public struct MessageLimits: Hashable, Sendable {
    /// Bytes of a block's body; `0...Block.bodyBytesMax`.
    public let bodyBytes: Int

    public init(bodyBytes: Int = 1 << 20) {
        self.bodyBytes = min(max(bodyBytes, 0), Block.bodyBytesMax)
    }

    /// Certificates beside a proposal. A leader whose gap is wider leaves the rest to be asked for.
    public static let proposalCertificates = 16
    /// Blocks in one answer.
    public static let answerBlocks = 250
    /// Bytes of blocks in one answer, unless the first alone is longer.
    public static let answerBytes = 1 << 20

    /// The longest message of a class in a network of `validators`.
    public func longestMessage(of kind: MessageClass, validators: Int) -> Int {
        let certificate = Subject.byteCountMax + 2 + (validators + 7) / 8 + validators * 64
        let vote = Subject.byteCountMax + 2 + 64
        let block = Header.byteCount + 5 + bodyBytes
        return switch kind {
        case .votes: vote
        case .certificates: certificate
        case .proposals: vote + 1 + Self.proposalCertificates * certificate
        case .asks: 1 + max(certificate, Ask.byteCountMax)
        case .bodies: 8 + block
        case .backfill:
            1
                + max(
                    certificate, 1 + max(block, Self.answerBytes + Self.answerBlocks * (Header.byteCount + 5))
                )
        }
    }
}
