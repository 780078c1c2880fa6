/// What a signature is for. A signature made under one namespace never verifies under another.
///
/// The bytes signed are `varint(length of N) ‖ N ‖ message`; since handshake signatures begin with a zero
/// byte, N is never empty.
public struct Namespace: Hashable, Sendable, CustomStringConvertible {
    /// Of what validators vote for: with it a vote's signed bytes begin with `0x0f "simplex.vote.v1"`.
    public static let votes = Namespace(nonEmpty: Array("simplex.vote.v1".utf8))

    /// At least one byte.
    public let bytes: [UInt8]

    /// - Throws: ``KeyError/emptyNamespace``.
    public init(_ bytes: [UInt8]) throws(KeyError) {
        guard !bytes.isEmpty else { throw .emptyNamespace }
        self.bytes = bytes
    }

    /// - Throws: ``KeyError/emptyNamespace``.
    public init(_ text: String) throws(KeyError) {
        try self.init(Array(text.utf8))
    }

    private init(nonEmpty bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// This namespace with `suffix` behind it, for one use of it: `CHAT` and `CHAT_STREAM`.
    public func appending(_ suffix: String) -> Namespace {
        Namespace(nonEmpty: bytes + Array(suffix.utf8))
    }

    /// The name as text, for people.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
