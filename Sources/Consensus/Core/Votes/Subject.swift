public import ConclaveCodec

/// What a vote or certificate says. Two that say the same are the same, whoever signed them.
public enum Subject: Hashable, WireValue {
    case notarize(Proposal)
    case nullify(Epoch, View)
    case finalize(Proposal)

    /// Bytes of the longest.
    static let byteCountMax = 57

    public var kind: VoteKind {
        switch self {
        case .notarize: .notarize
        case .nullify: .nullify
        case .finalize: .finalize
        }
    }

    public var epoch: Epoch {
        switch self {
        case .notarize(let proposal), .finalize(let proposal): proposal.epoch
        case .nullify(let epoch, _): epoch
        }
    }

    public var view: View {
        switch self {
        case .notarize(let proposal), .finalize(let proposal): proposal.view
        case .nullify(_, let view): view
        }
    }

    /// The block that it is about; nil for nullify.
    public var proposal: Proposal? {
        switch self {
        case .notarize(let proposal), .finalize(let proposal): proposal
        case .nullify: nil
        }
    }

    /// Appends `kind ‖ epoch ‖ view`, and for a block ` ‖ parent view ‖ payload`.
    public func encode(into writer: inout Writer) {
        writer.byte(kind.rawValue)
        switch self {
        case .notarize(let proposal), .finalize(let proposal):
            proposal.encode(into: &writer)
        case .nullify(let epoch, let view):
            epoch.encode(into: &writer)
            view.encode(into: &writer)
        }
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        let tag = try reader.byte()
        guard let kind = VoteKind(rawValue: tag) else { throw .unknownTag(tag) }
        switch kind {
        case .notarize: self = .notarize(try Proposal(from: &reader))
        case .nullify: self = .nullify(try Epoch(from: &reader), try View(from: &reader))
        case .finalize: self = .finalize(try Proposal(from: &reader))
        }
    }
}
