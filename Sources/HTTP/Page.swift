/// What can be asked for.
public enum Page: String, Hashable, Sendable, CaseIterable {
    case metrics = "/metrics"
    case health = "/health"
    case peers = "/peers"
    case version = "/version"
}

/// What a client is answered.
struct Answer: Hashable, Sendable {
    enum Content: String, Hashable, Sendable {
        case json = "application/json"
        case text = "text/plain; charset=utf-8"
        case metrics = "text/plain; version=0.0.4; charset=utf-8"
    }

    let status: UInt32
    let content: Content
    let body: [UInt8]

    init(_ status: UInt32, _ content: Content, _ body: String) {
        self.status = status
        self.content = content
        self.body = Array((body + "\n").utf8)
    }

    static let notFound = Answer(
        404, .text, "there are " + Page.allCases.map(\.rawValue).joined(separator: ", "))
    static let tooLong = Answer(413, .json, #"{"error":"too_long","message":"the body is too long"}"#)
    static let notNow = Answer(
        503, .json, #"{"error":"not_now","message":"the node has too much to do, or ends; try again"}"#)
    static let notAllowed = Answer(405, .text, "read only: GET and HEAD")
}
