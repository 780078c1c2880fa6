struct ForceUnwrap: Rule {
    let allowed = ["Sources/Bench/", "Tests/"]
    let name = "no optional is unwrapped by force"
    let reason = "Nothing a peer can send may trap."

    var bad: [Checkout] {
        ["let x = y!", "let x = y!.z", "f(y[1]!)", "f(g()!)", "var x: Int!"].map {
            Checkout(["Sources/A.swift": $0])
        }
    }
    var good: [Checkout] {
        [
            Checkout([
                "Sources/A.swift":
                    "if !x && a != b || !f(!y) { }\n#if !DEBUG\n#endif\nlet s = \"stop!\" // now!"
            ]),
            Checkout(["Tests/A.swift": "let x = y!"]),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.swift.filter { !$0.isUnder(allowed) }.flatMap { file in
            file.occurrences(of: ["!"]).filter { isPostfix(file.tokens, at: $0) }.map {
                Violation(file.path, line: file.tokens[$0].line, "unwraps by force")
            }
        }
    }

    private func isPostfix(_ tokens: [Token], at index: Int) -> Bool {
        guard index > 0, !tokens[index].isSpaced else { return false }
        let before = tokens[index - 1]
        let isOperator =
            index + 1 < tokens.count && tokens[index + 1].text == "=" && !tokens[index + 1].isSpaced
        guard !isOperator, before.text != "try", before.text != "as", before.text != "init" else {
            return false
        }
        return before.isWord || [")", "]", "}", ">", "\"\""].contains(before.text)
    }
}
