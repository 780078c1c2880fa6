import ConclaveCodec
import ConclaveCryptography

/// What somebody asks of the chain over HTTP. It comes from whoever reaches the port.
public struct ChainRequest: Hashable, Sendable {
    public enum Method: Hashable, Sendable {
        /// Reads; `HEAD` too, whose body the server leaves out.
        case get
        case post
    }

    /// Most bytes of a body: the digits of the longest transaction and the end of a line.
    public static let bodyBytesMax = 2 * SignedTransaction.bytesMax + 2
    /// Most bytes of a path; the longest has 84.
    public static let pathBytesMax = 128

    public let method: Method
    public let path: String
    public let body: [UInt8]

    public init(_ method: Method, _ path: String, body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.body = body
    }
}

/// What a request is about.
enum ChainRoute: Hashable, Sendable {
    case submit
    case account(PublicKey)
    case block(BlockChoice)
    case transaction(ChainDigest)
    case validators

    enum BlockChoice: Hashable, Sendable {
        case height(UInt64)
        case latest
    }

    /// - Throws: what to answer to who asks for something else.
    init(_ request: ChainRequest) throws(ChainAnswer) {
        guard request.path.utf8.count <= ChainRequest.pathBytesMax else { throw .notFound }
        let words = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2)
        guard request.path.hasPrefix("/chain/"), let first = words.first, words.count <= 2 else {
            throw .notFound
        }
        let place = words.count == 2 ? words.last : nil
        self = try Self.route(first, place)
        let method: ChainRequest.Method = self == .submit ? .post : .get
        guard request.method == method else { throw .notAllowed(method) }
    }

    private static func route(_ kind: Substring, _ place: Substring?) throws(ChainAnswer) -> ChainRoute {
        switch (kind, place) {
        case ("transaction", nil): return .submit
        case ("validators", nil): return .validators
        case ("accounts", let text?):
            guard let key = Hex.bytes(String(text)).flatMap({ PublicKey($0) }) else {
                throw .malformed("an account is named by 64 hexadecimal digits")
            }
            return .account(key)
        case ("transactions", let text?):
            guard let hash = Hex.bytes(String(text)).flatMap({ ChainDigest($0) }) else {
                throw .malformed("a transaction is named by 64 hexadecimal digits")
            }
            return .transaction(hash)
        case ("blocks", "latest"): return .block(.latest)
        case ("blocks", let text?):
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let height = UInt64(text) else {
                throw .malformed("a block is named by its height, or latest")
            }
            return .block(.height(height))
        case _: throw .notFound
        }
    }
}
