import ConclaveArguments

/// One thing that was found out, and what to do about it.
struct Finding: Hashable, Sendable {
    /// What it is about; the name in JSON, which never changes.
    enum Subject: String, Hashable, Sendable {
        case ok
        case clockSkew = "clock_skew"
        case unresolved
        case unreachable
        case timedOut = "timed_out"
        case notAuthorised = "not_authorised"
        case wrongKey = "wrong_key"
        case proofRefused = "proof_refused"
        case misbehaved
        case hostFailure = "host_failure"
        case privateAddress = "private_address"
        case sameAddress = "same_address"
        case keyNotInGenesis = "key_not_in_genesis"
        case descriptors
        case ownAddress = "own_address"
    }

    enum Weight: String, Hashable, Sendable {
        case good, note, problem
    }

    let subject: Subject
    let weight: Weight
    /// What is so, to stand behind the name of the validator.
    let message: String
    /// What to do; nil if nothing.
    let advice: String?

    init(_ subject: Subject, _ weight: Weight, _ message: String, advice: String? = nil) {
        self.subject = subject
        self.weight = weight
        self.message = message
        self.advice = advice
    }
}
