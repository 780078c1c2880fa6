struct ThreatsTable: Rule {
    let name = "what the page of threats names is there"
    let reason =
        "A row that names a test nobody wrote, or a guard nobody takes out, is worse than an empty one."

    private static let page = "Docs/Threats.md"
    private static let guardMark = "✔"

    var bad: [Checkout] {
        [
            sample(row: "| A1 | x | `HexTests` | |", test: "A2 y", patches: []),
            sample(row: "| A1 | x | `HexTests` | ✔ |", test: "A1 y", patches: ["A2"]),
        ]
    }
    var good: [Checkout] {
        [
            sample(row: "| A1 | x | `HexTests`, and in `KeyTests` | ✔ |", test: "A1 y", patches: ["A1"]),
            sample(row: "| A1 | x | to come | |", test: "y", patches: []),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        guard let page = checkout.file(Self.page) else { return [] }
        return page.lines.indices.flatMap { index in
            faults(of: page.lines[index], in: checkout).map { Violation(page.path, line: index + 1, $0) }
        }
    }

    /// A row's first suite has a test of it; the others may test it in other words.
    private func faults(of line: Substring, in checkout: Checkout) -> [String] {
        let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            .map { String($0.filter { $0 != " " }) }
        guard cells.count == 6, let first = cells[1].first, first == "A" else { return [] }
        var faults: [String] = []
        let words = cells[3].split(separator: "`", omittingEmptySubsequences: false)
        if words.count > 1 {
            let suite = checkout.swift.first { $0.baseName == words[1] && $0.isUnder(["Tests/"]) }
            let hasTest = suite?.lines.contains { $0.contains("`\(cells[1]) ") } ?? false
            if !hasTest { faults.append("\(words[1]) has no test of \(cells[1])") }
        }
        let patch = "Tests/Adversary/Guards/\(cells[1]).patch"
        if cells[4] == Self.guardMark, !checkout.holds(patch) { faults.append("there is no \(patch)") }
        return faults
    }

    private func sample(row: String, test: String, patches: [String]) -> Checkout {
        let files = patches.map { ("Tests/Adversary/Guards/\($0).patch", "") }
        return Checkout(
            Dictionary(
                uniqueKeysWithValues: [
                    (Self.page, row), ("Tests/Codec/HexTests.swift", "@Test func `\(test)`() {}"),
                ] + files))
    }
}
