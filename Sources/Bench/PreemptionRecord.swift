import ConclavePrimitives

/// What the listener of the preemption benchmark heard.
///
/// A critical message counts only if bulk was still on its way when it was sent: one that was sent after the
/// last bulk had arrived is late, and proves nothing.
struct PreemptionRecord {
    private let bulkMessages: Int, bulkBytes: Int
    private var idle: [Double] = [], urgent: [Double] = [], overtaken: [Double] = []
    private var late = 0
    /// Of the group that is arriving.
    private var bulkHeard = 0, lastBulkAt: UInt64 = 0
    private var urgentHeard: (sentAt: UInt64, after: Int, microseconds: Double)?

    init(bulkMessages: Int, bulkBytes: Int) {
        (self.bulkMessages, self.bulkBytes) = (bulkMessages, bulkBytes)
    }

    /// Notes a message; whether the dialer may go on.
    mutating func heard(_ message: PreemptionMessage, at now: UInt64) -> Bool {
        let microseconds = Double(now &- message.sentAt) / 1_000
        switch message.kind {
        case .idle:
            idle.append(microseconds)
            return true
        case .urgent: urgentHeard = (message.sentAt, bulkHeard, microseconds)
        case .bulk:
            bulkHeard += 1
            lastBulkAt = now
        case .last: return true
        }
        guard bulkHeard == bulkMessages, let heard = urgentHeard else { return false }
        close(heard)
        return true
    }

    private mutating func close(_ heard: (sentAt: UInt64, after: Int, microseconds: Double)) {
        if heard.after == bulkMessages, heard.sentAt > lastBulkAt {
            late += 1
        } else {
            urgent.append(heard.microseconds)
            overtaken.append(Double((bulkMessages - heard.after) * bulkBytes))
        }
        bulkHeard = 0
        urgentHeard = nil
    }

    var figures: Figures {
        let idleP50 = percentile(idle, 50), idleP99 = percentile(idle, 99)
        let p50 = percentile(urgent, 50), p99 = percentile(urgent, 99)
        return Figures([
            "idleP50Microseconds": idleP50, "idleP99Microseconds": idleP99, "p50Microseconds": p50,
            "p99Microseconds": p99, "addedP50Microseconds": p50 - idleP50,
            "addedP99Microseconds": p99 - idleP99, "samples": Double(urgent.count), "late": Double(late),
            "overtakenBytes": median(overtaken),
        ])
    }
}
