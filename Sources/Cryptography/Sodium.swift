internal import CConclaveSodium

/// libsodium's one-time setup, which chooses its fastest code for this machine and opens its source of
/// randomness.
enum Sodium {
    // A static property is initialised once, whichever thread comes first.
    private static let isReady: Bool = sodium_init() >= 0

    /// Called before the first use of any function whose choice of code, or whose memory, depends on the
    /// setup.
    static func start() {
        precondition(isReady, "libsodium found no source of randomness: nothing may be signed or agreed on")
    }
}
