import Testing

/// Something that holds for the whole checkout and can be seen in its text.
protocol Rule: Sendable, CustomTestStringConvertible {
    /// What must hold, as a sentence.
    var name: String { get }
    /// Why.
    var reason: String { get }
    /// Samples that break the rule; each must be caught, or the rule is no rule.
    var bad: [Checkout] { get }
    /// Samples close to the edge that keep it: the places where it does not hold, above all.
    var good: [Checkout] { get }

    func violations(in checkout: Checkout) -> [Violation]
}

extension Rule {
    var testDescription: String { name }
}

/// A place that breaks a rule.
struct Violation: Sendable, CustomStringConvertible {
    let path: String
    /// From 1; nil where the file as a whole, or its absence, is meant.
    let line: Int?
    let what: String

    init(_ path: String, line: Int? = nil, _ what: String) {
        self.path = path
        self.line = line
        self.what = what
    }

    var description: String {
        if let line { "\(path):\(line): \(what)" } else { "\(path): \(what)" }
    }
}
