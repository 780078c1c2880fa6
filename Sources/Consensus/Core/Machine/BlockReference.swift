/// A block that the machine speaks of. It keeps bodies only while they are young: where there is none,
/// whoever needs it reads it from the journal under the digest.
public struct BlockReference: Hashable, Sendable {
    public let header: Header
    public let digest: Digest
    /// Nil if the journal has it.
    public let body: [UInt8]?

    public init(header: Header, digest: Digest, body: [UInt8]?) {
        self.header = header
        self.digest = digest
        self.body = body
    }

    public init(_ block: Block) {
        self.init(header: block.header, digest: block.digest, body: block.body)
    }

    public var height: Height { header.height }
}
