import ConclaveRuntime

/// Happens once, at an instant of the simulation.
protocol Occurrence: AnyObject {
    func occur()
}

/// What will happen and when, the earliest first; what is set for one instant happens in the order of
/// setting.
///
/// Setting is O(log n), removing O(1): a removed item leaves its entry in the heap behind, which is passed
/// over when it comes to the top, and swept out when such entries are the majority.
struct Agenda {
    enum Item {
        case occurrence(any Occurrence)
        case alarm(any Wakeable, on: SimulatedExecutor)
    }

    /// Names one item for good: a place, and how often the place was used before.
    struct Ticket: Equatable {
        let number: UInt64

        init(number: UInt64) {
            self.number = number
        }

        init(place: Int, use: UInt32) {
            number = UInt64(use) << 32 | UInt64(place)
        }

        var place: Int { Int(number & 0xFFFF_FFFF) }
        var use: UInt32 { UInt32(number >> 32) }
    }

    private struct Entry {
        let nanoseconds: UInt64
        let order: UInt64
        let ticket: Ticket

        func precedes(_ other: Entry) -> Bool {
            nanoseconds == other.nanoseconds ? order < other.order : nanoseconds < other.nanoseconds  // I12
        }
    }

    private struct Place {
        var item: Item?
        var use: UInt32 = 1
    }

    private var entries: [Entry] = []
    private var places: [Place] = []
    private var vacant: [Int] = []
    private var setEver: UInt64 = 0

    /// Items that are set and have not been taken.
    var count: Int { places.count - vacant.count }

    mutating func set(_ item: Item, at nanoseconds: UInt64) -> Ticket {
        let place = vacant.popLast() ?? places.count
        if place == places.count { places.append(Place()) }
        places[place].item = item
        let ticket = Ticket(place: place, use: places[place].use)
        setEver += 1
        entries.append(Entry(nanoseconds: nanoseconds, order: setEver, ticket: ticket))
        siftUp(entries.count - 1)
        return ticket
    }

    /// Takes an item off the agenda; nil if it was taken before.
    mutating func take(_ ticket: Ticket) -> Item? {
        guard ticket.place < places.count, places[ticket.place].use == ticket.use else { return nil }
        let item = places[ticket.place].item.take()
        places[ticket.place].use &+= 1
        vacant.append(ticket.place)
        if entries.count > 1_024, count < entries.count / 2 { sweep() }
        return item
    }

    /// When the next item is due.
    mutating func earliest() -> UInt64? {
        while let top = entries.first {
            if places[top.ticket.place].use == top.ticket.use { return top.nanoseconds }
            removeTop()
        }
        return nil
    }

    /// What is due.
    enum Due {
        case occurrence(any Occurrence)
        case alarm(Ticket, on: SimulatedExecutor)
    }

    /// The earliest item. An alarm stays set until it is taken, but is not found here again.
    mutating func popEarliest() -> Due? {
        guard earliest() != nil else { return nil }
        let ticket = entries[0].ticket
        removeTop()
        if case .alarm(_, let executor) = places[ticket.place].item { return .alarm(ticket, on: executor) }
        guard case .occurrence(let occurrence) = take(ticket) else { return nil }
        return .occurrence(occurrence)
    }

    /// Whom the alarms of `executor` would wake, in no order that means anything.
    func clients(on executor: SimulatedExecutor) -> [any Wakeable] {
        places.compactMap { place in
            guard case .alarm(let client, let home) = place.item, home === executor else { return nil }
            return client
        }
    }

    // MARK: The heap

    private mutating func removeTop() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        siftDown(0)
    }

    private mutating func sweep() {
        entries.removeAll { places[$0.ticket.place].use != $0.ticket.use }
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    /// Moves the entry at `index` up, in front of those that it precedes.
    private mutating func siftUp(_ start: Int) {
        unsafe entries.withUnsafeMutableBufferPointer { entries in
            let moving = unsafe entries[start]
            var index = start
            while index > 0 {
                let above = (index - 1) / 2
                guard unsafe moving.precedes(entries[above]) else { break }
                unsafe entries[index] = unsafe entries[above]
                index = above
            }
            unsafe entries[index] = moving
        }
    }

    /// Moves the entry at `index` down, behind those that precede it.
    private mutating func siftDown(_ start: Int) {
        unsafe entries.withUnsafeMutableBufferPointer { entries in
            let moving = unsafe entries[start]
            var index = start
            while 2 * index + 1 < entries.count {
                var below = 2 * index + 1
                let beside = below + 1
                if beside < entries.count, unsafe entries[beside].precedes(entries[below]) { below = beside }
                guard unsafe entries[below].precedes(moving) else { break }
                unsafe entries[index] = unsafe entries[below]
                index = below
            }
            unsafe entries[index] = moving
        }
    }
}
