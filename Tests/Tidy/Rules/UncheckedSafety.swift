struct UncheckedSafety: Rule {
    let name = "safety that the compiler does not check has a reason beside it"
    let reason = "Whoever changes the line must know what it relies on."

    var bad: [Checkout] {
        [
            "\nfinal class A: @unchecked Sendable {}", "// why\n\nnonisolated(unsafe) var x = 1",
            "@preconcurrency import Foundation",
        ]
        .map { Checkout(["Sources/A.swift": $0]) }
    }
    var good: [Checkout] {
        [
            "/// One thread only.\nfinal class A: @unchecked Sendable {}",
            "nonisolated(unsafe) var x = 1  // set once",
            "// Locked by `lock`.\n@usableFromInline\nnonisolated(unsafe) var x = 1",
            "let x = \"@unchecked Sendable\"",
        ]
        .map { Checkout(["Sources/A.swift": $0]) }
    }

    private let constructs = [
        ["@", "unchecked"], ["nonisolated", "(", "unsafe", ")"], ["@", "preconcurrency"],
    ]

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.swift.flatMap { file in
            constructs.flatMap { construct in
                file.occurrences(of: construct).map { file.tokens[$0].line }.filter {
                    !isExplained(file, line: $0)
                }.map {
                    Violation(file.path, line: $0, construct.joined() + " without a reason")
                }
            }
        }
    }

    /// A comment on the line, or right above it and above the attributes that belong to it.
    private func isExplained(_ file: SourceFile, line: Int) -> Bool {
        guard !file.commentLines.contains(line) else { return true }
        var above = line - 1
        while above >= 1, file.lines[above - 1].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
        return file.commentLines.contains(above)
    }
}
