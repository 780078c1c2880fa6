internal import ConclaveFuzzing
internal import ConclaveHTTP

/// Requests that are well made, and what they are answered.
struct Requests {
    let method: String
    let path: String
    let bytes: [UInt8]
    /// Any of these.
    let expected: [Int]
    /// The head is longer than the memory for it may be: the library may close without a word.
    let isBeyondMemory: Bool

    /// As in ``/ConclaveHTTP/HTTPLimits``, without what the library needs beside.
    private static let headBytesMax = 8_192

    /// How requests of any bytes may begin.
    static let lines = [
        "GET /peers HTTP/1.1\r\n", "HEAD /metrics HTTP/1.1\r\nHost: a\r\n",
        "POST /chain/transaction HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n",
        "POST /chain/transaction HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /chain/blocks/", "GET /chain/accounts/", "GET /%",
        "POST /chain/transaction HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
    ]

    private static let methods = [
        "GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "BREW",
    ]

    static func draw(_ choices: inout Choices, at door: Door, _ served: Served) -> Requests {
        let method = choices.element(of: methods)
        let (path, found) = choices.once(in: 2) ? page(&choices) : chainPage(&choices, served)
        let body = body(&choices, method, served)
        var expected =
            switch door {
            case .endpoint: endpointStatus(path, method)
            case .chain: chainStatus(path, method, found, body.status)
            }
        var head = "\(method) \(path)\(choices.once(in: 8) ? "?a=%2Fb&c" : "") HTTP/1.1\r\nHost: here\r\n"
        if choices.once(in: 16) {
            head += "X-Long: \(String(repeating: "a", count: choices.number(below: 40_000)))\r\n"
            // The library refuses, or has no room to.
            expected += [413, 414, 431, 500, 503]
        }
        let isBeyondMemory = head.utf8.count > headBytesMax
        if !body.bytes.isEmpty || method == "POST" { head += "Content-Length: \(body.bytes.count)\r\n" }
        return Requests(
            method: method, path: path, bytes: Array((head + "\r\n").utf8) + body.bytes, expected: expected,
            isBeyondMemory: isBeyondMemory)
    }

    private static func page(_ choices: inout Choices) -> (path: String, found: Int) {
        let pages = Page.allCases.map(\.rawValue)
        let more = ["/", "/metrics/", "//health", "/Peers", "/chain", "/chain/", "/chain/validators/"]
        return (choices.element(of: pages + more), 404)
    }

    private static func chainPage(_ choices: inout Choices, _ served: Served) -> (path: String, found: Int) {
        switch choices.number(below: 8) {
        case 0: ("/chain/transaction", 0)
        case 1: ("/chain/validators", 200)
        case 2: ("/chain/accounts/\(served.known)", 200)
        case 3: ("/chain/accounts/\(String(repeating: "ab", count: 32))", 404)
        case 4:
            ("/chain/accounts/\(String(repeating: "a", count: 1 + choices.number(below: 63)))", 400)
        case 5: ("/chain/blocks/\(choices.integer(UInt16.self))", 404)
        case 6: ("/chain/transactions/\(String(repeating: "0c", count: 32))", 404)
        default:
            (
                "/chain/blocks/\(choices.element(of: ["latest", "-1", "+1", "1x", "18446744073709551616"]))",
                400
            )
        }
    }

    private static func body(
        _ choices: inout Choices, _ method: String, _ served: Served
    ) -> (bytes: [UInt8], status: Int) {
        guard method != "GET", method != "HEAD" else { return ([], 0) }
        switch choices.number(below: 5) {
        case 0: return (served.transaction, 202)
        case 1: return (served.forged, 409)
        case 2: return ([UInt8](repeating: 0x61, count: 200_000 + choices.number(below: 9)), 413)
        case 3: return ([], 400)
        default: return (Array("zz".utf8) + choices.bytes(atMost: 60), 400)
        }
    }

    private static func endpointStatus(_ path: String, _ method: String) -> [Int] {
        guard let page = Page(rawValue: path) else { return [404] }
        guard method == "GET" || method == "HEAD" else { return [405] }
        return page == .health ? [200, 503] : [200]
    }

    private static func chainStatus(_ path: String, _ method: String, _ found: Int, _ sent: Int) -> [Int] {
        // A body that is too long is not looked at, and so nothing else either.
        if sent == 413 { return [413] }
        guard ["GET", "HEAD", "POST"].contains(method) else { return [405] }
        if path == "/chain/transaction" { return method == "POST" ? [sent] : [405] }
        if path.hasSuffix("/latest") { return method == "POST" ? [405] : [404] }
        // Whatever the method is, first the page must be one.
        if found == 400 || found == 404 && !path.hasPrefix("/chain/") || path.hasSuffix("/") {
            return [path.hasPrefix("/chain/") && found == 400 ? 400 : 404]
        }
        return method == "POST" ? [405] : [found]
    }
}
