struct FileLength: Rule {
    let linesMax = 500
    let name = "a file has at most 500 lines"
    let reason = "What does not fit into one reading is two things."

    var bad: [Checkout] {
        [Checkout(["Sources/Codec/Long.swift": String(repeating: "\n", count: linesMax + 1)])]
    }
    var good: [Checkout] {
        [Checkout(["Sources/Codec/Long.swift": String(repeating: "\n", count: linesMax)])]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.files.filter { !$0.isMarkdown && $0.lineCount > linesMax }.map {
            Violation($0.path, "\($0.lineCount) lines")
        }
    }
}
