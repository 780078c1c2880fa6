public import ConclaveCodec

/// What a node asks another for.
public enum Ask: Hashable, WireValue {
    /// The certificate of a view: the one kind, or whichever there is.
    case certificate(Epoch, View, Wanted)
    /// The finalization of an epoch's last block.
    case closing(Epoch)
    /// The one block, because a proposal waits for it.
    case block(Digest)
    /// The block and those below it, newest first, down to but without the height.
    case ancestry(Digest, above: Height)

    public enum Wanted: UInt8, Sendable, CaseIterable {
        case either, notarization, nullification
    }

    /// Bytes of the longest.
    static let byteCountMax = 1 + Digest.byteCount + 8

    private enum Tag: UInt8 { case certificate, closing, block, ancestry }

    public func encode(into writer: inout Writer) {
        switch self {
        case .certificate(let epoch, let view, let wanted):
            writer.byte(Tag.certificate.rawValue)
            epoch.encode(into: &writer)
            view.encode(into: &writer)
            writer.byte(wanted.rawValue)
        case .closing(let epoch):
            writer.byte(Tag.closing.rawValue)
            epoch.encode(into: &writer)
        case .block(let digest):
            writer.byte(Tag.block.rawValue)
            digest.encode(into: &writer)
        case .ancestry(let digest, let height):
            writer.byte(Tag.ancestry.rawValue)
            digest.encode(into: &writer)
            height.encode(into: &writer)
        }
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        let byte = try reader.byte()
        guard let tag = Tag(rawValue: byte) else { throw .unknownTag(byte) }
        switch tag {
        case .certificate:
            let epoch = try Epoch(from: &reader), view = try View(from: &reader)
            let wanted = try reader.byte()
            guard let wanted = Wanted(rawValue: wanted) else { throw .unknownTag(wanted) }
            self = .certificate(epoch, view, wanted)
        case .closing: self = .closing(try Epoch(from: &reader))
        case .block: self = .block(try Digest(from: &reader))
        case .ancestry: self = .ancestry(try Digest(from: &reader), above: try Height(from: &reader))
        }
    }
}
