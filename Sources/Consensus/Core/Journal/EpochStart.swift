public import ConclaveCodec

/// Where an epoch begins, and with whom.
public struct EpochStart: Hashable, Sendable {
    public let epoch: Epoch
    /// The last block of the epoch before, or the genesis block.
    public let origin: Header
    public let originDigest: Digest
    public let validators: ValidatorSet
    /// The finalization of the origin; nil for epoch 0.
    public let closing: Certificate?

    public init(epoch: Epoch, origin: Header, validators: ValidatorSet, closing: Certificate?) {
        self.epoch = epoch
        self.origin = origin
        originDigest = origin.digest
        self.validators = validators
        self.closing = closing
    }

    /// The start of a chain.
    public init(genesis: Header, validators: ValidatorSet) {
        self.init(epoch: 0, origin: genesis, validators: validators, closing: nil)
    }
}

extension EpochStart: WireValue {
    public func encode(into writer: inout Writer) {
        epoch.encode(into: &writer)
        origin.encode(into: &writer)
        validators.encode(into: &writer)
        writer.byte(closing == nil ? 0 : 1)
        closing?.encode(into: &writer)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        let epoch = try Epoch(from: &reader), origin = try Header(from: &reader)
        let validators = try ValidatorSet(from: &reader)
        let tag = try reader.byte()
        guard tag <= 1 else { throw .unknownTag(tag) }
        self.init(
            epoch: epoch, origin: origin, validators: validators,
            closing: tag == 1 ? try Certificate(from: &reader) : nil)
    }
}
