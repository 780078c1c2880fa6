struct LineLength: Rule {
    let columnsMax = 110
    let name = "a line has at most 110 columns"
    let reason = "Two files fit beside each other."

    var bad: [Checkout] {
        [Checkout(["Sources/A.swift": "\n// " + String(repeating: "é", count: columnsMax - 2)])]
    }
    var good: [Checkout] {
        [Checkout(["Sources/A.swift": "\n// " + String(repeating: "é", count: columnsMax - 3)])]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.files.filter { !$0.isMarkdown }.flatMap { file in
            zip(1..., file.lines).filter { $1.utf8.count > columnsMax && $1.count > columnsMax }.map {
                Violation(file.path, line: $0, "\($1.count) columns")
            }
        }
    }
}
