public import ConclaveCodec

/// Proof that a block is final: its header, those of the blocks that lead up from it to one that was
/// finalized directly, and that one's finalization.
public struct CertifiedHeader: Hashable, WireValue {
    /// How many headers may lead up: blocks are finalized directly all the time, unless leaders fail in a
    /// row.
    public static let ancestorsMax = 65_535

    /// The finalized block's header first, then each one's parent; the last is the one that is proven.
    public let headers: [Header]
    public let finalization: Certificate

    /// Nil unless there is a header, and not too many.
    public init?(headers: [Header], finalization: Certificate) {
        guard !headers.isEmpty, headers.count <= Self.ancestorsMax else { return nil }
        self.headers = headers
        self.finalization = finalization
    }

    /// Of a block that was finalized directly.
    public init(_ header: Header, finalization: Certificate) {
        headers = [header]
        self.finalization = finalization
    }

    /// The header that is proven.
    public var header: Header { headers[headers.count - 1] }

    public func encode(into writer: inout Writer) {
        writer.integer(UInt16(clamping: headers.count))
        for header in headers { header.encode(into: &writer) }
        finalization.encode(into: &writer)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        let count = try reader.integer(UInt16.self)
        guard count > 0 else { throw .belowLimit(value: 0, limit: 1) }
        let missing = Int(count) * Header.byteCount - reader.remaining
        guard missing <= 0 else { throw .truncated(missing: missing) }
        var headers: [Header] = []
        headers.reserveCapacity(Int(count))
        for _ in 0..<count { headers.append(try Header(from: &reader)) }
        self.headers = headers
        finalization = try Certificate(from: &reader)
    }
}
