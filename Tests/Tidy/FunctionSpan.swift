/// Where a function, initialiser, deinitialiser or subscript with a body stands.
struct FunctionSpan: Equatable, Sendable {
    /// The line of its keyword, from 1.
    let line: Int
    /// From the keyword to the closing brace, both included.
    let lines: Int

    /// Every one in `tokens`, nested ones too.
    static func all(in tokens: [Token]) -> [FunctionSpan] {
        tokens.indices.compactMap { start in
            guard declares(tokens, at: start), let open = body(tokens, after: start) else { return nil }
            let close = closing(tokens, of: open)
            return FunctionSpan(line: tokens[start].line, lines: tokens[close].line - tokens[start].line + 1)
        }
    }

    private static func declares(_ tokens: [Token], at index: Int) -> Bool {
        let next = index + 1 < tokens.count ? tokens[index + 1].text : ""
        let isMember = index > 0 && tokens[index - 1].text == "."
        switch tokens[index].text {
        case "func": return true
        case "deinit": return next == "{"
        case "init", "subscript": return !isMember && ["(", "<", "?", "!"].contains(next)
        default: return false
        }
    }

    /// The brace that opens the body; nil for a requirement of a protocol, which has none.
    private static func body(_ tokens: [Token], after start: Int) -> Int? {
        var depth = 0
        for index in tokens.indices[(start + 1)...] {
            switch tokens[index].text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return index
            case "}" where depth == 0, ";" where depth == 0: return nil
            case let text where depth == 0 && tokens[index].isFirst && beginsDeclaration.contains(text):
                return nil
            default: break
            }
        }
        return nil
    }

    private static func closing(_ tokens: [Token], of open: Int) -> Int {
        var depth = 0
        for index in tokens.indices[open...] {
            if tokens[index].text == "{" { depth += 1 }
            if tokens[index].text == "}" { depth -= 1 }
            if depth == 0 { return index }
        }
        return tokens.count - 1
    }

    private static let beginsDeclaration: Set<String> = [
        "@", "#", "func", "init", "deinit", "subscript", "var", "let", "case", "static", "public", "package",
        "private",
        "fileprivate", "internal", "mutating", "consuming", "borrowing", "nonisolated", "isolated",
        "override", "final",
        "typealias", "associatedtype", "extension", "struct", "class", "enum", "actor", "protocol", "import",
    ]
}
