/// What a client asks, whole.
public struct HTTPRequest: Hashable, Sendable {
    public let method: String
    public let path: String
    public let body: [UInt8]

    public init(_ method: String, _ path: String, body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.body = body
    }
}

/// What a client is answered: JSON, on a line.
public struct HTTPReply: Hashable, Sendable {
    public let status: UInt32
    public let body: String

    public init(_ status: UInt32, _ body: String) {
        self.status = status
        self.body = body
    }

    var answer: Answer { Answer(status, .json, body) }
}
