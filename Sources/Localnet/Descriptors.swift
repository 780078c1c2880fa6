import Glibc

/// How many descriptors this process may open.
public enum Descriptors {
    /// What a node of so many validators needs: a link each way while two of them cross, and what the process
    /// has open anyway.
    public static func needed(validators: Int) -> Int { 64 + 4 * validators }

    /// How many this process may be given.
    public static var allowed: Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return Int(clamping: limit.rlim_max)
    }

    /// Raises the soft limit as far as it may be, and makes sure that there are at least `needed`.
    ///
    /// - Parameter purpose: what they are for, to end a sentence with.
    public static func require(_ needed: Int, for purpose: String) throws(LocalnetFailure) {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let allowed = Int(clamping: limit.rlim_max)
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        guard allowed >= needed else {
            throw .unavailable(
                "\(purpose) needs \(needed) descriptors, but only \(allowed) are allowed; "
                    + "raise the hard limit, 'ulimit -Hn'")
        }
    }
}
