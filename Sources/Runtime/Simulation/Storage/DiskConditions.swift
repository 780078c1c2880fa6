public import ConclaveRuntime

/// What a node's disk is like.
public struct DiskConditions: Hashable, Sendable {
    /// What a power cut leaves of the batches that were not synced.
    public enum Tearing: Hashable, Sendable {
        /// Whole batches, the first of them or none: what every body of the storage promises.
        case never
        /// The last batch that is left may be there by half: a broken promise, to see who relies on it.
        case lastBatch
    }

    /// How long a sync or a read takes; drawn for each.
    public var latency: ClosedRange<Duration>
    public var tearing: Tearing
    public var limits: StoreLimits

    public init(
        latency: ClosedRange<Duration>, tearing: Tearing = .never, limits: StoreLimits = StoreLimits()
    ) {
        self.latency = latency
        self.tearing = tearing
        self.limits = limits
    }

    /// A solid-state disk, which now and then takes its time.
    public static let usual = DiskConditions(latency: .microseconds(100)...Duration.milliseconds(5))
    /// The same, and a power cut may leave a batch by half.
    public static let tearing = DiskConditions(latency: usual.latency, tearing: .lastBatch)
}
