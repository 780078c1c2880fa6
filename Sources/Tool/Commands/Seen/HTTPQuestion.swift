/// A request over HTTP/1.1 (RFC 9112), as our own endpoints take it.
struct HTTPQuestion: Hashable, Sendable {
    enum Method: String, Hashable, Sendable {
        case get = "GET"
        case post = "POST"
    }

    let method: Method
    let path: String
    let body: [UInt8]

    init(_ path: String) {
        method = .get
        self.path = path
        body = []
    }

    init(posting body: String, to path: String) {
        method = .post
        self.path = path
        self.body = Array(body.utf8)
    }

    /// What is sent to `host`.
    func bytes(to host: String) -> [UInt8] {
        var head = "\(method.rawValue) \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
        switch method {
        case .get: break
        case .post: head += "Content-Type: text/plain\r\nContent-Length: \(body.count)\r\n"
        }
        return Array((head + "\r\n").utf8) + body
    }
}
