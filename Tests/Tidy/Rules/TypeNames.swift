struct TypeNames: Rule {
    let name = "a name says what a thing is"
    let reason = "A word that fits everything tells nothing."

    var bad: [Checkout] {
        [
            "struct PeerManager {}", "enum HexHelpers {}", "final class LinkHandler {}", "actor NetUtil {}",
            "typealias PeerInfo = Int", "func handle(_ x: Int) {}", "func processMessage() {}",
        ]
        .map { Checkout(["Sources/A.swift": $0]) }
    }
    var good: [Checkout] {
        [
            Checkout([
                "Sources/A.swift": "struct Utility {}\nstruct Database {}\nfunc handles() {}\nlet Manager = 1"
            ])
        ]
    }

    private let kinds = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    private let suffixes = ["Manager", "Helper", "Helpers", "Util", "Utils", "Handler", "Info", "Data"]
    private let verbs = ["handle", "process"]

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.swift.flatMap { file in
            file.tokens.indices.dropFirst().filter {
                isVague(file.tokens[$0].text, after: file.tokens[$0 - 1].text)
            }.map {
                Violation(file.path, line: file.tokens[$0].line, file.tokens[$0].text)
            }
        }
    }

    private func isVague(_ word: String, after keyword: String) -> Bool {
        if kinds.contains(keyword) { return suffixes.contains { word.hasSuffix($0) } }
        guard keyword == "func" else { return false }
        return verbs.contains { verb in
            word.hasPrefix(verb) && word.dropFirst(verb.count).first?.isUppercase != false
        }
    }
}
