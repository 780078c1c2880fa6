import ConclaveArguments

/// What who asks of the chain is answered: always one JSON object on a line.
public struct ChainAnswer: Error, Hashable, Sendable {
    /// 200 found; 202 waits for a block; 400 not understood; 404 not there; 405 wrong method; 409 refused;
    /// 503 no room, or the node cannot read its disk.
    public let status: UInt32
    /// Without the end of the line.
    public let body: String

    init(_ status: UInt32, _ line: JSONLine) {
        self.status = status
        body = line.text
    }

    private init(_ status: UInt32, error: String, _ message: String) {
        self.init(status, ["error": .string(error), "message": .string(message)])
    }

    static let notFound = ChainAnswer(
        404, error: "no_such_page",
        "there are /chain/accounts/KEY, /chain/blocks/HEIGHT, /chain/transactions/HASH, /chain/validators "
            + "and, to post to, /chain/transaction")
    static let notReadable = ChainAnswer(503, error: "not_readable", "the node cannot read its disk")

    static func notAllowed(_ method: ChainRequest.Method) -> ChainAnswer {
        switch method {
        case .get: ChainAnswer(405, error: "read_only", "this page is read with GET")
        case .post: ChainAnswer(405, error: "post_only", "a transaction is sent with POST")
        }
    }

    static func malformed(_ message: String) -> ChainAnswer {
        ChainAnswer(400, error: "malformed", message)
    }

    static func unknown(_ message: String) -> ChainAnswer {
        ChainAnswer(404, error: "unknown", message)
    }

    static func refused(_ refusal: MempoolRefusal) -> ChainAnswer {
        let status: UInt32 =
            switch refusal {
            case .full, .accountFull: 503
            case .refused, .known, .nonceTaken: 409
            }
        return ChainAnswer(status, error: refusal.code, refusal.message)
    }
}
