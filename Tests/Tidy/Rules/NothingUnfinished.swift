struct NothingUnfinished: Rule {
    /// These sources name the words.
    let allowed = ["Tests/Tidy/"]
    let name = "nothing says that it is unfinished"
    let reason = "What is missing is written down where users read it, or it is not missing."

    var bad: [Checkout] {
        ["// TODO: later", "let x = 1 /* FIXME */", "throw f(\"not implemented\")"].map {
            Checkout(["Sources/A.swift": $0])
        }
    }
    var good: [Checkout] { [Checkout(["Sources/A.swift": "let TODOS = 1  // mastodon"])] }

    private let words = ["TODO", "FIXME", "XXX", "HACK"]
    private let phrases = ["not implemented", "unimplemented", "not yet implemented"]

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.files.filter { !$0.isUnder(allowed) }.flatMap { file in
            zip(1..., file.lines).compactMap { number, line in
                unfinished(line).map { Violation(file.path, line: number, $0) }
            }
        }
    }

    private func unfinished(_ line: Substring) -> String? {
        phrases.first { line.contains($0) }
            ?? words.first { word in
                line.contains(word) && line.split { !$0.isLetter }.contains { $0 == word }
            }
    }
}
