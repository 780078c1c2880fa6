import ConclavePrimitives

/// One direction between two hosts.
final class Path {
    let from: Host, to: Host
    /// Whether everything sent this way is lost.
    private(set) var isCut = false
    var conditions: NetworkConditions
    private let latency: UInt64
    /// When what was sent before has left.
    private var freeAt: UInt64 = 0
    /// Ends that expect something this way which was lost: it is sent again when the way is open.
    private var waiting: [Endpoint] = []

    init(from: Host, to: Host, conditions: NetworkConditions, seed: UInt64) {
        self.from = from
        self.to = to
        self.conditions = conditions
        var random = SplitMix64(seed: seed)
        let least = conditions.latency.lowerBound.saturatingNanoseconds
        let most = conditions.latency.upperBound.saturatingNanoseconds
        latency = UInt64(least) + random.upTo(UInt64(most - least))
    }

    /// Whether something sent this way arrives.
    var isOpen: Bool { !isCut && from.hasPower && to.hasPower }

    /// When `bytes` that are sent now arrive.
    func arrival(of bytes: Int, at now: UInt64, using random: inout SplitMix64) -> UInt64 {
        let rate = UInt64(max(1, conditions.bytesPerSecond))
        freeAt = max(freeAt, now) + UInt64(bytes) * 1_000_000_000 / rate
        return freeAt + delay(using: &random)
    }

    /// How long a sign without content travels.
    func delay(using random: inout SplitMix64) -> UInt64 {
        let lost = random.chance(perMillion: conditions.lossesPerMillion)
        let again = lost ? UInt64(conditions.resendAfter.saturatingNanoseconds) : 0
        return latency + again + random.upTo(UInt64(conditions.jitter.saturatingNanoseconds))
    }

    // MARK: Cuts

    func cut() {
        isCut = true
    }

    func heal() {
        guard isCut else { return }
        isCut = false
        resend()
    }

    /// Something was lost on its way to `endpoint`.
    func lost(to endpoint: Endpoint) {
        waiting.append(endpoint)
    }

    /// Sends what was lost again, some time after the way has opened.
    func resend() {
        guard isOpen else { return }
        for endpoint in exchange(&waiting, with: []) { endpoint.wayOpened() }
    }

    func end() {
        waiting = []
    }
}
