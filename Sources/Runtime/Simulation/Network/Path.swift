import ConclavePrimitives

/// One direction between two hosts.
final class Path {
    // What every message touches comes first, in one cache line.
    private let fabric: Fabric
    private let latency: UInt64
    /// When what was sent before has left.
    @safe @exclusivity(unchecked)
    private var freeAt: UInt64 = 0
    /// Whether something sent this way arrives.
    private(set) var isOpen = true
    private var isCut = false
    let from: Host, to: Host
    /// Ends that expect something this way which was lost: it is sent again when the way is open.
    private var waiting: [Endpoint] = []

    init(from: Host, to: Host, fabric: Fabric, seed: UInt64) {
        self.from = from
        self.to = to
        self.fabric = fabric
        var random = SplitMix64(seed: seed)
        let least = fabric.conditions.latency.lowerBound.positiveNanoseconds
        let most = fabric.conditions.latency.upperBound.positiveNanoseconds
        latency = least + random.upTo(most - least)
    }

    /// When `bytes` that are sent now arrive.
    func arrival(of bytes: Int, at now: UInt64) -> UInt64 {
        freeAt = max(freeAt, now) + UInt64(bytes) * 1_000_000_000 / fabric.figures.bytesPerSecond
        return freeAt + delay()
    }

    /// How long a sign without content travels.
    func delay() -> UInt64 {
        let lost = fabric.random.chance(perMillion: fabric.figures.lossesPerMillion)
        let again = lost ? fabric.figures.resendAfter : 0
        return latency + again + fabric.random.upTo(fabric.figures.jitter)
    }

    // MARK: Cuts

    func cut() {
        isCut = true
        update()
    }

    func heal() {
        isCut = false
        update()
    }

    /// A cut was made or healed, or one of the hosts has lost its power or has it again. What was lost is
    /// sent again, some time after the way has opened.
    func update() {
        let wasOpen = isOpen
        isOpen = !isCut && from.hasPower && to.hasPower
        if !isOpen { fabric.troubleBegins() }
        guard isOpen, !wasOpen else { return }
        for endpoint in exchange(&waiting, with: []) { endpoint.wayOpened() }
    }

    /// Something was lost on its way to `endpoint`.
    func lost(to endpoint: Endpoint) {
        waiting.append(endpoint)
    }

    func end() {
        waiting = []
    }
}
