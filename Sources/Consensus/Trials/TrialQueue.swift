internal import ConclavePrimitives

/// What is still to happen, by time, and in order of setting where times are equal.
struct TrialQueue<Event> {
    private var heap: [(at: Instant, order: UInt64, event: Event)] = []
    private var order: UInt64 = 0

    mutating func add(_ event: Event, at instant: Instant) {
        order += 1
        heap.append((instant, order, event))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> (at: Instant, event: Event)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.at, first.event)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            let left = 2 * parent + 1, right = left + 1
            var least = parent
            if left < heap.count, isBefore(left, least) { least = left }
            if right < heap.count, isBefore(right, least) { least = right }
            if least == parent { return }
            heap.swapAt(least, parent)
            parent = least
        }
    }

    private func isBefore(_ one: Int, _ other: Int) -> Bool {
        (heap[one].at, heap[one].order) < (heap[other].at, heap[other].order)
    }
}
