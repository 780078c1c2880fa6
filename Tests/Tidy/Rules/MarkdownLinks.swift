struct MarkdownLinks: Rule {
    let name = "a link in a page leads somewhere"
    let reason = "A page that is wrong in small things is not believed in great ones."

    var bad: [Checkout] {
        [
            Checkout(["README.md": "See [this](Docs/Nothing.md)."]),
            Checkout(["Docs/A.md": "See [this](B.md).", "B.md": ""]),
            Checkout(["Docs/A.md": "See [this](#no-such-part).\n\n# One part"]),
            Checkout(["Docs/A.md": "![picture](picture.svg)"]),
        ]
    }
    var good: [Checkout] {
        [
            Checkout([
                "Docs/A.md": "[a](../Sources/X.swift#L3), [b](B.md#two-words), [c](https://x.example)",
                "Docs/B.md": "## `Two` words", "Sources/X.swift": "",
            ]),
            Checkout(["README.md": "```\n[a](b)\n```\n[folder](Docs/Decisions)", "Docs/Decisions/x.md": ""]),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.markdown.flatMap { page in
            links(of: page).filter { !leads($0.target, from: page, in: checkout) }.map {
                Violation(page.path, line: $0.line, "a link to \($0.target)")
            }
        }
    }

    private func links(of page: SourceFile) -> [(target: String, line: Int)] {
        var isCode = false
        return zip(1..., page.lines).flatMap { number, line -> [(target: String, line: Int)] in
            if line.drop(while: { $0 == " " }).hasPrefix("```") { isCode.toggle() }
            guard !isCode else { return [] }
            return line.split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap {
                rest in
                let target = rest.prefix { $0 != ")" && $0 != " " }
                return target.contains(":") ? nil : (String(target), number)
            }
        }
    }

    private func leads(_ target: String, from page: SourceFile, in checkout: Checkout) -> Bool {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].isEmpty ? page.path : resolved(parts[0], from: page.path)
        guard checkout.holds(path) else { return false }
        guard parts.count > 1, let file = checkout.file(path), file.isMarkdown else { return true }
        return anchors(of: file).contains(String(parts[1]))
    }

    private func resolved(_ target: Substring, from page: String) -> String {
        var folders = page.split(separator: "/").dropLast()
        for part in target.split(separator: "/") where part != "." {
            if part == ".." { folders = folders.dropLast() } else { folders.append(part) }
        }
        return folders.joined(separator: "/")
    }

    private func anchors(of page: SourceFile) -> [String] {
        page.lines.filter { $0.hasPrefix("#") }.map { heading in
            let title = heading.drop { $0 == "#" || $0 == " " }.lowercased()
            return String(title.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" })
                .split(separator: " ", omittingEmptySubsequences: false).joined(separator: "-")
        }
    }
}
