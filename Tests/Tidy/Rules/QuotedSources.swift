struct QuotedSources: Rule {
    let name = "code that a page quotes from a file stands in that file"
    let reason = "What one copies from the README must build."

    var bad: [Checkout] {
        [
            Checkout(["README.md": quote("let b = 2"), "Examples/Chat/Chat.swift": "let a = 1\n"]),
            Checkout(["README.md": quote("let a = 1")]),
            Checkout(["README.md": quote("")]),
        ]
    }
    var good: [Checkout] {
        [
            Checkout([
                "README.md": quote("let a = 1\n\nif b {\n    c()\n}"),
                "Examples/Chat/Chat.swift":
                    "func f() {\n    let a = 1\n\n    if b {\n        c()\n    }\n}\n",
            ])
        ]
    }

    /// A comment right above a block of code names the file: `<!-- from Examples/Chat/Chat.swift -->`.
    private let opening = "<!-- from "

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.markdown.flatMap { page in
            page.lines.indices.filter { page.lines[$0].hasPrefix(opening) }.compactMap { line in
                let path = page.lines[line].dropFirst(opening.count).prefix { $0 != " " }
                return isQuoted(block(of: page, after: line), in: checkout.file(String(path)))
                    ? nil : Violation(page.path, line: line + 1, "does not stand like this in \(path)")
            }
        }
    }

    private func block(of page: SourceFile, after line: Int) -> [Substring] {
        let rest = page.lines[(line + 1)...]
        guard rest.first?.hasPrefix("```") == true else { return [] }
        return Array(rest.dropFirst().prefix { !$0.hasPrefix("```") })
    }

    private func isQuoted(_ block: [Substring], in file: SourceFile?) -> Bool {
        guard let file, block.contains(where: { !$0.isEmpty }), file.lines.count >= block.count else {
            return false
        }
        return (0...(file.lines.count - block.count)).contains { start in
            matches(block, file.lines[start..<(start + block.count)])
        }
    }

    /// The same lines, all of them indented by the same number of spaces more.
    private func matches(_ block: [Substring], _ lines: ArraySlice<Substring>) -> Bool {
        let indents = Set(zip(block, lines).filter { !$0.0.isEmpty }.map { $0.1.count - $0.0.count })
        guard indents.count == 1, let indent = indents.first, indent >= 0 else { return false }
        return zip(block, lines).allSatisfy {
            $0.isEmpty ? $1.isEmpty : $1 == String(repeating: " ", count: indent) + $0
        }
    }

    private func quote(_ code: String) -> String {
        "# Title\n\n<!-- from Examples/Chat/Chat.swift -->\n```swift\n\(code)\n```\n"
    }
}
