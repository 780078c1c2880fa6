import ConclavePrimitives

/// What the listener of the fairness benchmark noted.
struct FairnessRecord {
    /// Delivery times of the honest, in microseconds, in both cases.
    private var calm: [Double] = [], flooded: [Double] = []
    private var sent: UInt64 = 0
    private var flood = 0
    /// How many of the honest have sent their last message.
    private(set) var finished = 0

    mutating func heard(_ message: FairnessMessage, at now: Instant) {
        let sentAt = Instant(nanoseconds: message.number)
        switch message.kind {
        case .calm: calm.append(sentAt.duration(to: now).inSeconds * 1e6)
        case .flooded: flooded.append(sentAt.duration(to: now).inSeconds * 1e6)
        case .last:
            sent += message.number
            finished += 1
        }
    }

    mutating func heardFlooder(_ message: FairnessMessage) {
        if message.kind == .flooded { flood += 1 }
    }

    /// - Parameter duration: how long each case took.
    func figures(over duration: Duration) -> Figures {
        let (before, after) = (calm.sorted(), flooded.sorted())
        let heard = UInt64(calm.count + flooded.count)
        return Figures([
            "calmP50Microseconds": quantile(0.5, before), "calmP99Microseconds": quantile(0.99, before),
            "p50Microseconds": quantile(0.5, after), "p99Microseconds": quantile(0.99, after),
            "ratio": quantile(0.99, after) / max(quantile(0.99, before), 0.001),
            "lost": Double(sent) - Double(heard), "floodPerSecond": Double(flood) / duration.inSeconds,
        ])
    }

    private func quantile(_ part: Double, _ sorted: [Double]) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }
}
