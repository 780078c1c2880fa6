import ConclavePrimitives
import ConclaveRuntime

/// The alarms of one loop, the earliest on top; those of one instant ring in the order in which they were
/// set.
///
/// Setting is O(log n), cancelling O(1): a cancelled alarm leaves only its entry behind, which is passed over
/// when it comes to the top, and swept out when such entries are the majority.
struct AlarmHeap {
    private struct Entry {
        let instant: Instant
        let alarm: Alarm

        func precedes(_ other: Entry) -> Bool {
            (instant, alarm.number) < (other.instant, other.alarm.number)
        }
    }

    private var entries: [Entry] = []
    private var clients: [Alarm: any Wakeable] = [:]

    /// Alarms that are set.
    var count: Int { clients.count }

    mutating func set(_ alarm: Alarm, at instant: Instant, for client: any Wakeable) {
        clients[alarm] = client
        entries.append(Entry(instant: instant, alarm: alarm))
        siftUp(entries.count - 1)
    }

    /// False if the alarm is not set: it has rung, was cancelled, or has not arrived here yet.
    mutating func cancel(_ alarm: Alarm) -> Bool {
        guard clients.removeValue(forKey: alarm) != nil else { return false }
        if entries.count > 64, clients.count < entries.count / 2 { sweep() }
        return true
    }

    /// When the next alarm rings.
    mutating func earliest() -> Instant? {
        while let top = entries.first {
            if clients[top.alarm] != nil { return top.instant }
            removeTop()
        }
        return nil
    }

    /// Alarms that are due at `now`, in order. They stay set until ``ring(_:)``, so that one of them may
    /// cancel another, and what they set anew waits for the next round.
    mutating func due(at now: Instant) -> [Alarm] {
        var alarms: [Alarm] = []
        while let next = earliest(), next <= now {
            alarms.append(entries[0].alarm)
            removeTop()
        }
        return alarms
    }

    /// Whom a due alarm wakes; nil if it was cancelled since.
    mutating func ring(_ alarm: Alarm) -> (any Wakeable)? {
        clients.removeValue(forKey: alarm)
    }

    // MARK: The heap

    private mutating func removeTop() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        siftDown(0)
    }

    private mutating func sweep() {
        entries.removeAll { clients[$0.alarm] == nil }
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let above = (index - 1) / 2
            guard entries[index].precedes(entries[above]) else { return }
            entries.swapAt(index, above)
            index = above
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for below in (2 * index + 1)...(2 * index + 2) where below < entries.count {
                if entries[below].precedes(entries[least]) { least = below }
            }
            guard least != index else { return }
            entries.swapAt(index, least)
            index = least
        }
    }
}
