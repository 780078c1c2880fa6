internal import ConclaveCodec

/// What engines say to one another.
public enum ConsensusMessage: Hashable, Sendable {
    case vote(Vote)
    /// Passed on because it is new, or said again because the sender is stuck.
    case certificate(Certificate)
    case proposal(LeaderProposal)
    case ask(Ask)
    /// What an ask for a certificate wanted, or what settles it otherwise.
    case answer(Certificate)
    /// A block that its leader proposes in a view, or one that an ask for one block wanted (view 0).
    case body(View, Block)
    /// Newest first, each the parent of the one before it; at least one.
    case blocks([Block])
    /// The finalization that closed an epoch, for one who is behind.
    case closing(Certificate)

    /// The channel that it travels on.
    public var kind: MessageClass {
        switch self {
        case .vote: .votes
        case .certificate: .certificates
        case .proposal: .proposals
        case .ask, .answer: .asks
        case .body: .bodies
        case .blocks, .closing: .backfill
        }
    }

    // Where a channel carries two kinds, a byte says which.
    private static let firstTag: UInt8 = 0
    private static let secondTag: UInt8 = 1

    /// The bytes that go over the channel of its class.
    public var encoded: [UInt8] {
        var writer = Writer()
        switch self {
        case .vote(let vote): vote.encode(into: &writer)
        case .certificate(let certificate): certificate.encode(into: &writer)
        case .proposal(let proposal): proposal.encode(into: &writer)
        case .ask(let ask):
            writer.byte(Self.firstTag)
            ask.encode(into: &writer)
        case .answer(let certificate), .closing(let certificate):
            writer.byte(Self.secondTag)
            certificate.encode(into: &writer)
        case .body(let view, let block):
            view.encode(into: &writer)
            block.encode(into: &writer)
        case .blocks(let blocks):
            writer.byte(Self.firstTag)
            writer.byte(UInt8(clamping: blocks.count))
            for block in blocks { block.encode(into: &writer) }
        }
        return writer.bytes
    }

    /// Reads what came over the channel of `kind` and must fill `bytes` to the last one.
    ///
    /// - Throws: ``MessageFault``; the sender is then to be blocked.
    public init(decoding bytes: [UInt8], of kind: MessageClass, limits: MessageLimits) throws(MessageFault) {
        var reader = unsafe Reader(bytes.span.bytes)
        self = try Self.read(kind, from: &reader, limits: limits)
        do throws(DecodeError) { try reader.finish() } catch { throw .malformed(error) }
    }

    private static func read(
        _ kind: MessageClass, from reader: inout Reader, limits: MessageLimits
    ) throws(MessageFault) -> ConsensusMessage {
        do {
            switch kind {
            case .votes: return .vote(try Vote(from: &reader))
            case .certificates: return .certificate(try Certificate(from: &reader))
            case .proposals: return .proposal(try LeaderProposal(from: &reader))
            case .asks:
                return try isSecond(&reader)
                    ? .answer(try Certificate(from: &reader)) : .ask(try Ask(from: &reader))
            case .bodies:
                let view = try View(from: &reader)
                return .body(view, try Block(from: &reader, bodyBytesMax: limits.bodyBytes))
            case .backfill:
                return try isSecond(&reader)
                    ? .closing(try Certificate(from: &reader)) : try blocks(from: &reader, limits: limits)
            }
        } catch let error as DecodeError {
            throw .malformed(error)
        } catch let error as MessageFault {
            throw error
        } catch {
            throw .notLinked
        }
    }

    private static func isSecond(_ reader: inout Reader) throws(DecodeError) -> Bool {
        let tag = try reader.byte()
        guard tag <= secondTag else { throw .unknownTag(tag) }
        return tag == secondTag
    }

    private static func blocks(
        from reader: inout Reader, limits: MessageLimits
    ) throws(MessageFault) -> ConsensusMessage {
        let count: Int
        do throws(DecodeError) {
            count = Int(try reader.byte())
            guard count > 0 else { throw .belowLimit(value: 0, limit: 1) }
            let most = MessageLimits.answerBlocks
            guard count <= most else { throw .aboveLimit(value: UInt64(count), limit: UInt64(most)) }
        } catch {
            throw .malformed(error)
        }
        var blocks: [Block] = []
        for _ in 0..<count {
            let block = try Block(from: &reader, bodyBytesMax: limits.bodyBytes)
            if let last = blocks.last, last.header.parent != block.digest { throw .notLinked }
            blocks.append(block)
        }
        return .blocks(blocks)
    }
}
