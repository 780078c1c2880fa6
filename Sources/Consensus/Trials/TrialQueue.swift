internal import ConclavePrimitives

/// What is still to happen, by time, and in order of setting where times are equal.
struct TrialQueue<Event> {
    private var heap: [(at: Instant, order: UInt64, event: Event)] = []
    private var order: UInt64 = 0

    mutating func add(_ event: Event, at instant: Instant) {
        order += 1
        heap.append((instant, order, event))
        rise(from: heap.count - 1)
    }

    private mutating func rise(from place: Int) {
        var child = place
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    var count: Int { heap.count }

    /// What stands at a place of the heap; nil beyond its end. The places in front are those of what is soon.
    subscript(place: Int) -> Event? { heap.indices.contains(place) ? heap[place].event : nil }

    mutating func next() -> (at: Instant, event: Event)? {
        guard let first = heap.first else { return nil }
        _ = take(0)
        return (first.at, first.event)
    }

    /// Takes out what stands at a place of the heap.
    mutating func take(_ place: Int) -> Event? {
        guard heap.indices.contains(place) else { return nil }
        let taken = heap[place], last = heap.removeLast()
        if place < heap.count {
            heap[place] = last
            rise(from: place)
            sink(from: place)
        }
        return taken.event
    }

    mutating func removeAll(where isOver: (Event) -> Bool) {
        let kept = heap.filter { !isOver($0.event) }
        heap = []
        for (at, order, event) in kept {
            heap.append((at, order, event))
            rise(from: heap.count - 1)
        }
    }

    private mutating func sink(from place: Int) {
        var parent = place
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
