import ConclavePrimitives

/// What the network between nodes is like when nothing is broken.
public struct NetworkConditions: Hashable, Sendable {
    /// One way between two hosts without anything else; drawn once for each direction.
    public var latency: ClosedRange<Duration>
    /// The most that one piece takes longer than the latency.
    public var jitter: Duration
    /// Pieces arrive together at multiples of this, as a network card that interrupts now and then hands them
    /// over; below 1 µs each arrives by itself.
    public var coalescing: Duration
    /// What one direction between two hosts carries in a second, over all connections.
    public var bytesPerSecond: Int
    /// What a connection holds between a write and the read of it; drawn for each direction of each.
    public var bufferBytes: ClosedRange<Int>
    /// Writes in a million that are cut into pieces which travel by themselves, or are not taken whole; and
    /// reads that bring less than there is.
    public var splitsPerMillion: UInt64
    /// Pieces in a million that are lost and sent again after ``resendAfter``.
    public var lossesPerMillion: UInt64
    /// How long a sender waits for a sign of arrival before it sends again.
    public var resendAfter: Duration
    /// How long a dial waits for an answer of a host that is silent.
    public var dialPatience: Duration

    public init(
        latency: ClosedRange<Duration>, jitter: Duration, coalescing: Duration, bytesPerSecond: Int,
        bufferBytes: ClosedRange<Int>, splitsPerMillion: UInt64, lossesPerMillion: UInt64,
        resendAfter: Duration = .milliseconds(200),
        dialPatience: Duration = .seconds(63)
    ) {
        self.latency = latency
        self.jitter = jitter
        self.coalescing = coalescing
        self.bytesPerSecond = bytesPerSecond
        self.bufferBytes = bufferBytes
        self.splitsPerMillion = splitsPerMillion
        self.lossesPerMillion = lossesPerMillion
        self.resendAfter = resendAfter
        self.dialPatience = dialPatience
    }

    /// Machines in one place.
    public static let rack = NetworkConditions(
        latency: .microseconds(30)...(.microseconds(150)), jitter: .microseconds(50),
        coalescing: .microseconds(50), bytesPerSecond: 1_250_000_000, bufferBytes: 65_536...1_048_576,
        splitsPerMillion: 50_000,
        lossesPerMillion: 0)

    /// Machines all over the world.
    public static let world = NetworkConditions(
        latency: .milliseconds(5)...(.milliseconds(150)), jitter: .milliseconds(10),
        coalescing: .microseconds(50),
        bytesPerSecond: 12_500_000, bufferBytes: 65_536...4_194_304, splitsPerMillion: 100_000,
        lossesPerMillion: 1_000)

    /// Everything that may go slowly or in pieces does.
    public static let rough = NetworkConditions(
        latency: .microseconds(100)...(.milliseconds(100)), jitter: .milliseconds(50), coalescing: .zero,
        bytesPerSecond: 2_000_000, bufferBytes: 1_024...65_536, splitsPerMillion: 600_000,
        lossesPerMillion: 20_000)
}

extension NetworkConditions {
    /// The same as plain numbers, for what happens a million times.
    struct Figures {
        let jitter, resendAfter, dialPatience, coalescing: UInt64
        let bytesPerSecond, splitsPerMillion, lossesPerMillion: UInt64
    }

    var figures: Figures {
        Figures(
            jitter: jitter.positiveNanoseconds, resendAfter: resendAfter.positiveNanoseconds,
            dialPatience: dialPatience.positiveNanoseconds, coalescing: coalescing.positiveNanoseconds,
            bytesPerSecond: UInt64(max(1, bytesPerSecond)), splitsPerMillion: splitsPerMillion,
            lossesPerMillion: lossesPerMillion)
    }
}

extension Duration {
    /// In nanoseconds; 0 if negative.
    var positiveNanoseconds: UInt64 { UInt64(clamping: saturatingNanoseconds) }
}
