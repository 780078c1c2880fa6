public import ConclaveCodec

/// A header and the body that it names. Holds no body but that one.
public struct Block: Hashable, Sendable {
    /// What a body may have at most, whatever the configuration says: a block is one message.
    public static let bodyBytesMax = 16 << 20

    public let header: Header
    /// What the application put in.
    public let body: [UInt8]
    /// The hash of the header, worked out once.
    public let digest: Digest

    /// Nil if `body` is not what `header` names.
    public init?(header: Header, body: [UInt8]) {
        guard header.bodyRoot == Digest(of: body) else { return nil }
        self.init(trusted: header, body: body)
    }

    /// A block that this node has checked before, as its journal holds it.
    package init(trusted header: Header, body: [UInt8]) {
        self.header = header
        self.body = body
        digest = header.digest
    }

    public var height: Height { header.height }

    /// Bytes of the encoding.
    public var byteCount: Int { Header.byteCount + varintLength(UInt64(body.count)) + body.count }

    /// Appends `header ‖ varint(n) ‖ body`.
    public func encode(into writer: inout Writer) {
        header.encode(into: &writer)
        writer.lengthPrefixed(body)
    }

    /// Reads a block with a body of at most `bodyBytesMax`.
    public init(from reader: inout Reader, bodyBytesMax: Int) throws(MessageFault) {
        let header: Header
        let body: [UInt8]
        do throws(DecodeError) {
            header = try Header(from: &reader)
            body = try reader.lengthPrefixed(limit: UInt32(clamping: bodyBytesMax))
        } catch {
            throw .malformed(error)
        }
        guard let block = Block(header: header, body: body) else { throw .wrongBody }
        self = block
    }

    public static func == (left: Block, right: Block) -> Bool { left.digest == right.digest }

    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
