/// Evidence that was found, once for each signer, view and offence, until the application has taken it.
struct EvidenceBook: Sendable {
    /// How much waits to be taken; more is dropped with an alarm.
    static let capacity = 64

    /// In the order in which it was found.
    private(set) var waiting: [Evidence] = []
    /// What was found in the views of the window, so that nothing is reported twice.
    private var reported: [Evidence] = []
    /// Whether it has been said that nothing more is kept.
    private var isFull = false

    enum Outcome { case new, known, full }

    mutating func add(_ evidence: Evidence) -> Outcome {
        if reported.contains(where: { $0.isSameOffence(as: evidence) }) { return .known }
        guard waiting.count < Self.capacity else {
            defer { isFull = true }
            return isFull ? .known : .full
        }
        waiting.append(evidence)
        reported.append(evidence)
        return .new
    }

    mutating func take(_ evidence: Evidence) {
        waiting.removeAll { $0 == evidence }
        isFull = false
    }

    /// Views at or below `view` of `epoch` accept no votes any more, and older epochs none at all.
    mutating func forget(through view: View, of epoch: Epoch) {
        reported.removeAll { $0.epoch < epoch || $0.epoch == epoch && $0.view <= view }
    }
}

extension Evidence {
    func isSameOffence(as other: Evidence) -> Bool {
        signer == other.signer && view == other.view && epoch == other.epoch && offence == other.offence
    }
}
