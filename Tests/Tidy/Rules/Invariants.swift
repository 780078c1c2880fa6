import Foundation

struct Invariants: Rule {
    let name = "an invariant of Docs/Invariants.md is cited where it is upheld, and no other is"
    let reason = "Who changes a place that something rests on must see that it does."

    private let page = "Docs/Invariants.md"

    var bad: [Checkout] {
        [
            Checkout([page: "## I1: order", "Sources/A.swift": "let a = 1"]),
            Checkout([page: "## I1: order", "Sources/A.swift": "let a = 1  // I1\nlet b = 2  // I2"]),
        ]
    }
    var good: [Checkout] {
        [
            Checkout([page: "## I1: order\n\n## I2: end", "Sources/A.swift": "a()  // I1\n// I2\nb()"]),
            Checkout([page: "no numbers", "Sources/A.swift": "// Ice, I2C and I1 in a sentence\na()"]),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        let stated = (checkout.file(page)?.lines ?? []).compactMap { line -> String? in
            guard line.hasPrefix("## I"), let end = line.firstIndex(of: ":") else { return nil }
            return String(line[..<end].dropFirst("## ".count))
        }
        let cited = checkout.swift.filter { $0.isUnder(["Sources/"]) }.flatMap { citations(in: $0) }
        let missing = stated.filter { number in !cited.contains { $0.number == number } }
        return missing.map { Violation(page, "\($0) is cited nowhere") }
            + cited.filter { !stated.contains($0.number) }.map {
                Violation($0.path, line: $0.line, "\($0.number) is no invariant of \(page)")
            }
    }

    /// Lines that end in `// I7`.
    private func citations(in file: SourceFile) -> [(number: String, path: String, line: Int)] {
        zip(1..., file.lines).compactMap { number, line in
            guard let start = line.range(of: "// I", options: .backwards)?.lowerBound else { return nil }
            let name = String(line[start...].dropFirst("// ".count))
            return Int(name.dropFirst()) == nil ? nil : (name, file.path, number)
        }
    }
}
