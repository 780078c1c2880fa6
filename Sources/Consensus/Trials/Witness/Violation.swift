/// Something that must never happen, and did.
package struct Violation: Error, CustomStringConvertible {
    package enum Rule: String, Sendable {
        case agreement
        case twoCertificates = "two certificates"
        case finalAndNullified = "final and nullified"
        case doubleVote = "double vote"
        case nullifiedAndFinalized = "nullified and finalized"
        case nullifiedThenNotarized = "nullified, then notarized"
        case ancestry
        case leader
        case epochOverrun = "epoch overrun"
        case falseCertificate = "false certificate"
        case journal
        case delivery
        case falseEvidence = "false evidence"
        case memory
        case lightClient = "light client"
        case validity
        case liveness
        case blame
        case repeatability
    }

    package let rule: Rule
    package let what: String

    package init(_ rule: Rule, _ what: String) {
        self.rule = rule
        self.what = what
    }

    package var description: String { "\(rule.rawValue): \(what)" }
}
