struct FunctionLength: Rule {
    let linesMax = 80
    let name = "a function has at most 80 lines"
    let reason = "A longer one holds several steps that want names."

    var bad: [Checkout] { [sample(lines: linesMax + 1)] }
    var good: [Checkout] { [sample(lines: linesMax)] }

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.swift.flatMap { file in
            FunctionSpan.all(in: file.tokens).filter { $0.lines > linesMax }.map {
                Violation(file.path, line: $0.line, "\($0.lines) lines in a function")
            }
        }
    }

    private func sample(lines: Int) -> Checkout {
        Checkout(["Sources/A.swift": "func long() {" + String(repeating: "\n", count: lines - 1) + "}"])
    }
}
