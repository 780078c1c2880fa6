import CConclaveSystem

/// A descriptor's owner on one loop. Called only there.
protocol EventSource: AnyObject, Sendable {
    /// The descriptor is ready for these, bits of ``PollEvents``.
    func ready(_ events: PollEvents)

    /// The loop ends with the descriptor still registered: close it and tell nobody.
    func abandoned()
}

/// What a descriptor is ready for, or is watched for.
struct PollEvents: OptionSet, Sendable {
    let rawValue: UInt32

    static let readable = PollEvents(rawValue: UInt32(CONCLAVE_READABLE))
    static let writable = PollEvents(rawValue: UInt32(CONCLAVE_WRITABLE))
    /// An error or a hang-up; told whether asked for or not, again and again while the descriptor is
    /// registered.
    static let broken = PollEvents(rawValue: UInt32(CONCLAVE_BROKEN))
    /// Tell once for each new arrival, not as long as there is something.
    static let edge = PollEvents(rawValue: UInt32(CONCLAVE_EDGE))
}
