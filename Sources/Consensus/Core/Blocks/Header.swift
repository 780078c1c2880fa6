public import ConclaveCodec
public import ConclavePrimitives

/// What a block says of itself, its body apart. The digest of a block is the hash of its header.
public struct Header: Hashable, WireValue {
    public static let byteCount = 6 * Digest.byteCount + 3 * 8

    /// The hash of the genesis file.
    public let chain: Digest
    public let height: Height
    public let epoch: Epoch
    /// The digest of the block below.
    public let parent: Digest
    /// The hash of the body.
    public let bodyRoot: Digest
    /// What the application says of its state after this block.
    public let stateRoot: Digest
    /// The set that decides this epoch.
    public let setDigest: Digest
    /// The set that decides the next epoch, in an epoch's last block; zero in all others.
    public let nextSetDigest: Digest
    /// When the leader says it built the block.
    public let time: WallTime

    public init(
        chain: Digest, height: Height, epoch: Epoch, parent: Digest, bodyRoot: Digest, stateRoot: Digest,
        setDigest: Digest, nextSetDigest: Digest, time: WallTime
    ) {
        self.chain = chain
        self.height = height
        self.epoch = epoch
        self.parent = parent
        self.bodyRoot = bodyRoot
        self.stateRoot = stateRoot
        self.setDigest = setDigest
        self.nextSetDigest = nextSetDigest
        self.time = time
    }

    /// The block below the first one: height 0, an empty body, no parent.
    public static func genesis(
        chain: Digest, validators: ValidatorSet, stateRoot: Digest, time: WallTime
    ) -> Header {
        Header(
            chain: chain, height: 0, epoch: 0, parent: .zero, bodyRoot: Digest(of: []),
            stateRoot: stateRoot, setDigest: validators.digest(chain: chain, epoch: 0),
            nextSetDigest: .zero, time: time)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        chain = try Digest(from: &reader)
        height = try Height(from: &reader)
        epoch = try Epoch(from: &reader)
        parent = try Digest(from: &reader)
        bodyRoot = try Digest(from: &reader)
        stateRoot = try Digest(from: &reader)
        setDigest = try Digest(from: &reader)
        nextSetDigest = try Digest(from: &reader)
        time = WallTime(milliseconds: try reader.integer())
    }

    public func encode(into writer: inout Writer) {
        chain.encode(into: &writer)
        height.encode(into: &writer)
        epoch.encode(into: &writer)
        parent.encode(into: &writer)
        bodyRoot.encode(into: &writer)
        stateRoot.encode(into: &writer)
        setDigest.encode(into: &writer)
        nextSetDigest.encode(into: &writer)
        writer.integer(time.milliseconds)
    }

    /// The digest of the block with this header. Costs a hash of ``byteCount`` bytes.
    public var digest: Digest { Digest(of: encoded) }
}
