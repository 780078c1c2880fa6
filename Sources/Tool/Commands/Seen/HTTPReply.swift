/// The head of an answer over HTTP/1.1 (RFC 9112), as far as a reader of our own endpoint needs it.
package struct HTTPReply: Hashable, Sendable {
    /// Longest head in bytes; our endpoint's has less than 300.
    package static let headBytesMax = 4_096
    /// Longest body in bytes: 65,536 peers with the longest addresses have less.
    package static let bodyBytesMax = 64 << 20

    package let status: Int
    package let bodyBytes: Int

    /// Nil for anything but an answer that says how long its body is.
    package init?(head: some Sequence<UInt8>) {
        let lines = String(decoding: Array(head), as: UTF8.self).split(separator: "\r\n")
        guard let words = lines.first?.split(separator: " "), words.count >= 2,
            words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), (100...599).contains(status)
        else { return nil }
        let fields = lines.dropFirst().map { $0.split(separator: ":", maxSplits: 1) }
        guard
            let length = fields.first(where: { $0.count == 2 && $0[0].lowercased() == "content-length" }),
            let bytes = Int(length[1].filter { $0 != " " }), (0...Self.bodyBytesMax).contains(bytes)
        else { return nil }
        self.status = status
        bodyBytes = bytes
    }
}
