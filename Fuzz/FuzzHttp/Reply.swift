internal import ConclaveFuzzing
internal import FoundationEssentials

/// An answer of HTTP/1.1 as RFC 9112 wants it, and nothing behind it.
struct Reply {
    /// More than any of our pages has for a node without peers.
    private static let bytesMax = 1 << 17

    let status: Int
    let body: ArraySlice<UInt8>

    /// - Parameter mayLackBody: of an answer to HEAD there is only the head.
    init(_ bytes: [UInt8], mayLackBody: Bool) throws(Finding) {
        try expect(bytes.count <= Self.bytesMax, "an answer of \(bytes.count) bytes")
        let (line, fields, body) = try Self.parts(bytes[...])
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0",
            words[1].utf8.count == 3, let status = Int(words[1])
        else { throw Finding("an answer begins with \(line)") }
        // To go on is no answer; one follows, or the client went away.
        if status == 100 {
            guard !body.isEmpty else {
                (self.status, self.body) = (status, body)
                return
            }
            self = try Reply(Array(body), mayLackBody: mayLackBody)
            return
        }
        guard fields.contains(where: { $0.name == "cache-control" }) else {
            // The library's own refusal. Of the head of one that answers to HEAD it sends two.
            try expect((400...599).contains(status), "the library says \(status)")
            (self.status, self.body) = (status, body)
            return
        }
        let lengths = fields.filter { $0.name == "content-length" }.compactMap { Int($0.value) }
        try expect(lengths.count == 1, "an answer says \(lengths.count) times how long it is")
        try expect(
            lengths.first == body.count || mayLackBody && body.isEmpty,
            "\(body.count) bytes behind this head: \(String(decoding: bytes, as: UTF8.self))")
        let isJSON = fields.contains { $0.name == "content-type" && $0.value.hasPrefix("application/json") }
        if isJSON, !body.isEmpty {
            try expect(JSON.isValid(body), "not JSON: \(String(decoding: body, as: UTF8.self))")
        }
        (self.status, self.body) = (status, body)
    }

    private typealias Field = (name: String, value: String)

    private static func parts(
        _ bytes: ArraySlice<UInt8>
    ) throws(Finding) -> (line: String, fields: [Field], body: ArraySlice<UInt8>) {
        var lines: [String] = [], start = bytes.startIndex
        for place in bytes.indices.dropLast() where bytes[place] == 13 && bytes[place + 1] == 10 {
            guard place >= start else { continue }
            guard place > start else {
                let fields = lines.dropFirst().map { line in
                    let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    return (
                        halves[0].lowercased(),
                        halves.count == 2 ? String(halves[1].drop { $0 == " " }) : ""
                    )
                }
                return (lines.first ?? "", fields, bytes[(place + 2)...])
            }
            lines.append(String(decoding: bytes[start..<place], as: UTF8.self))
            start = place + 2
        }
        throw Finding("an answer has no end of its head: \(String(decoding: bytes, as: UTF8.self))")
    }
}

/// JSON by somebody else's reader.
enum JSON {
    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
        (try? JSONDecoder().decode(Anything.self, from: Data(bytes))) != nil
    }
}
