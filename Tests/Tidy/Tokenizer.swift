/// Cuts a Swift file into tokens: enough to see declarations, braces and calls behind strings and comments.
/// Quotation marks in regular expression literals are not understood; the sources have none.
struct Tokenizer {
    private(set) var tokens: [Token] = []
    /// Lines, from 1, that hold a comment or a part of one.
    private(set) var commentLines: Set<Int> = []

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var tokenLine = 0
    private var isSpaced = true

    init(_ text: String) {
        bytes = Array(text.utf8)
        while position < bytes.count { step() }
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF:
            true
        default: false
        }
    }

    private mutating func step() {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
            advance()
            isSpaced = true
        case UInt8(ascii: "/") where starts(with: "//"): skipLineComment()
        case UInt8(ascii: "/") where starts(with: "/*"): skipBlockComment()
        case UInt8(ascii: "\""), UInt8(ascii: "#"): stringOrSign()
        case UInt8(ascii: "`"): quotedName()
        case _ where Self.isWordByte(byte): word()
        default:
            emit(String(decoding: [byte], as: UTF8.self), at: line)
            advance()
        }
    }

    private mutating func word() {
        let start = position
        while position < bytes.count, Self.isWordByte(bytes[position]) { position += 1 }
        emit(String(decoding: bytes[start..<position], as: UTF8.self), at: line)
    }

    private mutating func quotedName() {
        let start = position
        advance()
        while position < bytes.count, bytes[position] != UInt8(ascii: "`") { advance() }
        advance()
        emit(String(decoding: bytes[start..<min(position, bytes.count)], as: UTF8.self), at: line)
    }

    private mutating func stringOrSign() {
        var hashes = 0
        while position + hashes < bytes.count, bytes[position + hashes] == UInt8(ascii: "#") { hashes += 1 }
        guard position + hashes < bytes.count, bytes[position + hashes] == UInt8(ascii: "\"") else {
            emit("#", at: line)
            return advance()
        }
        let start = line
        skipString(hashes: hashes)
        emit("\"\"", at: start)
    }

    private mutating func skipString(hashes: Int) {
        let guardSigns = String(repeating: "#", count: hashes)
        position += hashes
        let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        position += quotes.utf8.count
        let escape = "\\" + guardSigns
        while position < bytes.count, !starts(with: quotes + guardSigns) {
            if starts(with: escape + "(") {
                position += escape.utf8.count
                skipInterpolation()
            } else if starts(with: escape) {
                position += escape.utf8.count
                advance()
            } else {
                advance()
            }
        }
        position = min(bytes.count, position + quotes.utf8.count + hashes)
    }

    private mutating func skipInterpolation() {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                skipString(hashes: 0)
                continue
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            default: break
            }
            advance()
            if depth == 0 { return }
        }
    }

    private mutating func skipLineComment() {
        commentLines.insert(line)
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        isSpaced = true
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            commentLines.insert(line)
            if starts(with: "/*") {
                depth += 1
            } else if starts(with: "*/") {
                depth -= 1
            } else {
                advance()
                continue
            }
            position += 2
        } while depth > 0 && position < bytes.count
        isSpaced = true
    }

    private mutating func emit(_ text: String, at start: Int) {
        tokens.append(Token(text: text, line: start, isSpaced: isSpaced, isFirst: tokenLine != start))
        tokenLine = line
        isSpaced = false
    }

    private mutating func advance() {
        guard position < bytes.count else { return }
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private func starts(with text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }
}
