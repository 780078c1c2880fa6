public import ConclaveChain

/// The digest of a final block, for comparing what validators have.
public struct HeightMark: Hashable, Sendable {
    public let height: UInt64
    public let digest: ChainDigest

    public init(height: UInt64, digest: ChainDigest) {
        self.height = height
        self.digest = digest
    }
}

/// Picks, of the heights since the last time, a few that other validators pick too: the multiples of a power
/// of two. A block names its parent, so that who agrees about one agrees about all below it.
struct HeightMarks: Sendable {
    /// Most marks that are taken at once.
    static let countMax: UInt64 = 16

    /// Thinned as it grows, so that it never has more than twice as many as are taken.
    private var marks: [HeightMark] = []
    /// All heights that this divides are marked.
    private var stride: UInt64 = 1

    mutating func delivered(_ height: UInt64, _ digest: ChainDigest) {
        guard height.isMultiple(of: stride) else { return }
        marks.append(HeightMark(height: height, digest: digest))
        while marks.count > Self.countMax {
            stride *= 2
            marks.removeAll { !$0.height.isMultiple(of: stride) }
        }
    }

    /// The marks since the last call.
    mutating func take() -> [HeightMark] {
        defer { self = HeightMarks() }
        return marks
    }
}
