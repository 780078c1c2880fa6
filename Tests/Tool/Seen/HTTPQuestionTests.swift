import Testing

@testable import ConclaveTool

@Suite struct HTTPQuestionTests {
    @Test func `a question is a request of one line and its fields, and a body if it posts`() {
        #expect(
            String(decoding: HTTPQuestion("/peers").bytes(to: "127.0.0.1:1"), as: UTF8.self)
                == "GET /peers HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n")
        let posted = HTTPQuestion(posting: "abc", to: "/chain/transaction").bytes(to: "n:1")
        #expect(
            String(decoding: posted, as: UTF8.self)
                == "POST /chain/transaction HTTP/1.1\r\nHost: n:1\r\nConnection: close\r\n"
                + "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc")
    }
}
