internal import ConclaveCodec

/// What a node must know after it was killed.
///
/// The order within a batch is that of what rests on what: epoch, certificate, block, vote. A disk that keeps
/// only the beginning of a batch then never keeps a vote without what allowed it.
public enum JournalRecord: Hashable, Sendable {
    /// An epoch began. Everything of older ones but their closing may be dropped.
    case epoch(EpochStart, Standing)
    /// The first of its view and kind, or one that contradicts it.
    case certificate(Certificate)
    case block(Block)
    /// An own vote. Kept before it is sent or counted.
    case vote(Vote)
    /// The application has everything up to this block.
    case acknowledged(Height, Digest)
    /// Votes and certificates of the epoch up to this view may be dropped, but for its finalization.
    case settled(Epoch, View)

    private enum Tag: UInt8 { case epoch = 1, certificate, block, vote, acknowledged, settled }

    public var encoded: [UInt8] {
        var writer = Writer()
        switch self {
        case .epoch(let start, let standing):
            writer.byte(Tag.epoch.rawValue)
            writer.byte(standing.rawValue)
            start.encode(into: &writer)
        case .certificate(let certificate):
            writer.byte(Tag.certificate.rawValue)
            certificate.encode(into: &writer)
        case .block(let block):
            writer.byte(Tag.block.rawValue)
            block.encode(into: &writer)
        case .vote(let vote):
            writer.byte(Tag.vote.rawValue)
            vote.encode(into: &writer)
        case .acknowledged(let height, let digest):
            writer.byte(Tag.acknowledged.rawValue)
            height.encode(into: &writer)
            digest.encode(into: &writer)
        case .settled(let epoch, let view):
            writer.byte(Tag.settled.rawValue)
            epoch.encode(into: &writer)
            view.encode(into: &writer)
        }
        return writer.bytes
    }

    /// Reads one record that must fill `bytes`.
    public init(decoding bytes: [UInt8]) throws(MessageFault) {
        var reader = unsafe Reader(bytes.span.bytes)
        do {
            self = try Self.read(from: &reader)
            try reader.finish()
        } catch let error as DecodeError {
            throw .malformed(error)
        } catch {
            throw .wrongBody
        }
    }

    private static func read(from reader: inout Reader) throws -> JournalRecord {
        let byte = try reader.byte()
        guard let tag = Tag(rawValue: byte) else { throw DecodeError.unknownTag(byte) }
        switch tag {
        case .epoch:
            let byte = try reader.byte()
            guard let standing = Standing(rawValue: byte) else { throw DecodeError.unknownTag(byte) }
            return .epoch(try EpochStart(from: &reader), standing)
        case .certificate: return .certificate(try Certificate(from: &reader))
        case .block: return .block(try Block(from: &reader, bodyBytesMax: Block.bodyBytesMax))
        case .vote: return .vote(try Vote(from: &reader))
        case .acknowledged: return .acknowledged(try Height(from: &reader), try Digest(from: &reader))
        case .settled: return .settled(try Epoch(from: &reader), try View(from: &reader))
        }
    }
}
