struct AmbientChance: Rule {
    let allowed = ["Sources/Runtime/System/", "Sources/Bench/", "Tests/"]
    let name = "a random value names its generator"
    let reason = "One seed gives one history."

    var bad: [Checkout] {
        ["let x = Int.random(in: 0..<(a + b))", "let x = Bool.random()"].map {
            Checkout(["Sources/A.swift": $0])
        }
    }
    var good: [Checkout] {
        [
            Checkout(["Sources/A.swift": "let x = Int.random(in: f(1)..<9, using: &generator)"]),
            Checkout(["Tests/A.swift": "let x = Bool.random()"]),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.swift.filter { !$0.isUnder(allowed) }.flatMap { file in
            file.occurrences(of: [".", "random", "("]).filter {
                !arguments(file.tokens, from: $0 + 2).contains("using")
            }.map {
                Violation(file.path, line: file.tokens[$0].line, "random without a generator")
            }
        }
    }

    private func arguments(_ tokens: [Token], from open: Int) -> [String] {
        var depth = 0
        let inside = tokens[open...].prefix { token in
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            return depth > 0
        }
        return inside.map(\.text)
    }
}
