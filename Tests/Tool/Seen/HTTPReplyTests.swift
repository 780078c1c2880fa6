import Testing

@testable import ConclaveTool

@Suite struct HTTPReplyTests {
    func reply(_ head: String) -> HTTPReply? {
        HTTPReply(head: Array(head.replacing("\n", with: "\r\n").utf8))
    }

    @Test func `a head says what came and how much of it`() throws {
        let head = try #require(reply("HTTP/1.1 503 Service Unavailable\nX: y\ncontent-LENGTH:  42\n\n"))
        #expect(head.status == 503)
        #expect(head.bodyBytes == 42)
    }

    @Test(arguments: [
        "", "\n\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 abc\nContent-Length: 1\n\n",
        "HTTP/1.1 99 X\nContent-Length: 1\n\n", "SSH-2.0-x 200\nContent-Length: 1\n\n",
        "HTTP/1.1 200 OK\nContent-Length: -1\n\n", "HTTP/1.1 200 OK\nContent-Length: 1e3\n\n",
        "HTTP/1.1 200 OK\nContent-Length: 99999999999999999999\n\n",
        "HTTP/1.1 200 OK\nContent-Length: 67108865\n\n", "HTTP/1.1\nContent-Length: 1\n\n",
    ])
    func `anything else is no answer`(head: String) {
        #expect(reply(head) == nil)
    }
}
