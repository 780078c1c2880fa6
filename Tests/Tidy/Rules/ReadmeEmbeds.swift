struct ReadmeEmbeds: Rule {
    let name = "the README teaches embedding with the Chat example"
    let reason = "The first code that a stranger reads is code that runs."

    var bad: [Checkout] { [sample(page: "# Conclave")] }
    var good: [Checkout] {
        [
            sample(page: "<!-- from Examples/Chat/Chat.swift -->\n```swift\nimport Conclave\n```"),
            Checkout(["README.md": "# Conclave", "Examples/Chat/main.swift": "print(1)"]),
        ]
    }

    /// Holds as soon as an example uses Conclave. That the quotation is true, `QuotedSources` sees to.
    func violations(in checkout: Checkout) -> [Violation] {
        let examples = checkout.swift.filter { $0.isUnder(["Examples/Chat/"]) }
        let uses = examples.contains { $0.imports.contains { $0.module == "Conclave" } }
        let quotes = checkout.file("README.md")?.lines.contains { $0.hasPrefix("<!-- from Examples/Chat/") }
        return !uses || quotes == true ? [] : [Violation("README.md", "quotes nothing from Examples/Chat")]
    }

    private func sample(page: String) -> Checkout {
        Checkout(["README.md": page, "Examples/Chat/Chat.swift": "import Conclave"])
    }
}
