import ConclaveArguments

/// The wire profiles that the command line knows by name.
enum Wire: String, CaseIterable, Sendable {
    case native, commonware

    /// - Throws: what to say of a profile that this version does not speak.
    func mustExist() throws(Failure) {
        switch self {
        case .commonware: break
        case .native: throw .notYet("--wire native", instead: "leave it out or give --wire commonware")
        }
    }
}

extension Failure {
    /// Something that the page names but this version does not do.
    static func notYet(_ option: String, instead advice: String) -> Failure {
        Failure(.usage, "\(option) does not exist yet; \(advice)")
    }
}
