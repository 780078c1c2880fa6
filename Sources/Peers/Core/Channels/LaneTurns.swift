/// Whose turn it is in an inbox: each peer has a lane, and lanes are served in fair turn by bytes.
///
/// Deficit round robin (Shreedhar and Varghese, 1995). The lane in front takes what it likes while its credit
/// is above nothing; the last message may overdraw it. Then it goes to the back and is credited one quantum.
/// Who overdrew by more than a quantum, with one large message, is passed over until its credit is above
/// nothing again: one step for each quantum of it. Over any time in which two lanes have something waiting,
/// what they were served differs by less than three quanta, or by three messages of the largest size, or
/// three long turns where there are some, if that is more.
///
/// A turn is small, so that who sends a little while others send much is served soon. When most lanes hold
/// much, hardly anybody is there for whom that would matter, and turns are long (``turn(of:)``): a batch of
/// many messages costs hardly more than one of a single message.
///
/// Lanes are small numbers that their owner gives out and uses again. Nothing is allocated once the largest
/// has been seen.
package struct LaneTurns: Sendable {
    private struct Lane: Sendable {
        var waiting = 0
        var credit = 0
        // Narrow, so that a lane takes half as much memory: each message touches one.
        private var narrowNext: Int32 = -1, narrowPrevious: Int32 = -1

        /// Neighbours in the ring; itself if it is alone; nil if nothing waits.
        var next: Int? {
            get { narrowNext < 0 ? nil : Int(narrowNext) }
            set { narrowNext = newValue.map { Int32($0) } ?? -1 }
        }
        var previous: Int? {
            get { narrowPrevious < 0 ? nil : Int(narrowPrevious) }
            set { narrowPrevious = newValue.map { Int32($0) } ?? -1 }
        }
    }

    /// Quanta of a long turn.
    package static let longTurn = 16

    /// The credit of one turn, in bytes.
    package let quantum: Int
    private var lanes: [Lane] = []

    /// How many lanes hold enough for a long turn.
    private var crowd = 0

    /// The lane whose turn it is; nil if nothing waits anywhere.
    package private(set) var front: Int?

    /// `quantum` is at least 1 byte.
    package init(quantum: Int) {
        self.quantum = max(1, quantum)
    }

    /// What the lane in front may take before its turn is over; above 0.
    package var credit: Int { front.map { lanes[$0].credit } ?? quantum }

    /// The same where `open` lanes are being filled: a long turn if at least half of them, it included, hold
    /// that much. Fewer than half may be out to hold up the others. It overdraws its credit by that, so
    /// whoever comes meanwhile goes first.
    package func turn(of open: Int) -> Int {
        guard let front, crowd > 1, 2 * crowd >= open, lanes[front].waiting >= longCredit else {
            return credit
        }
        return longCredit
    }

    private var longCredit: Int { quantum * Self.longTurn }

    /// Where the lane lies, which a message's arrival touches: for who loads it ahead. Nil if nothing ever
    /// waited in it. Mutating, although it changes nothing, so that the lanes are not counted.
    package mutating func memory(of lane: Int) -> UnsafeRawPointer? {
        unsafe lanes.withUnsafeBufferPointer { lanes in
            guard lane < lanes.count, let start = lanes.baseAddress else { return nil }
            return unsafe UnsafeRawPointer(start + lane)
        }
    }

    /// Bytes that wait in a lane.
    package func waiting(on lane: Int) -> Int { lanes.indices.contains(lane) ? lanes[lane].waiting : 0 }

    /// A message came to wait in `lane`. No message is free: what costs less than one byte counts as one.
    package mutating func arrived(on lane: Int, cost: Int) {
        precondition(lane >= 0, "lanes are numbered from 0")
        while lanes.count <= lane { lanes.append(Lane()) }
        if lanes[lane].waiting == 0 { join(lane) }
        change(lane, by: price(cost))
    }

    /// A message of the lane in front was taken; the same cost as when it arrived. True if that ended the
    /// lane's turn although something waits in it still.
    @discardableResult
    package mutating func took(cost: Int) -> Bool {
        guard let lane = front else { return false }
        change(lane, by: -min(price(cost), lanes[lane].waiting))
        lanes[lane].credit -= price(cost)
        if lanes[lane].waiting == 0 {
            leave(lane)
        } else if lanes[lane].credit <= 0 {
            lanes[lane].credit += quantum
            front = lanes[lane].next
            while let front, lanes[front].credit <= 0 {
                lanes[front].credit += quantum
                self.front = lanes[front].next
            }
            return true
        }
        return false
    }

    /// The lane's messages were all thrown away, for instance because its peer is gone.
    package mutating func emptied(_ lane: Int) {
        guard waiting(on: lane) > 0 else { return }
        leave(lane)
    }

    // MARK: Private

    private func price(_ cost: Int) -> Int { max(1, cost) }

    private mutating func change(_ lane: Int, by bytes: Int) {
        let before = lanes[lane].waiting >= longCredit
        lanes[lane].waiting += bytes
        let after = lanes[lane].waiting >= longCredit
        if before != after { crowd += after ? 1 : -1 }
    }

    /// Puts a lane behind all others, with one quantum: who joins again and again gains nothing by it,
    /// because it waits for all others each time.
    private mutating func join(_ lane: Int) {
        lanes[lane].credit = quantum
        guard let first = front, let last = lanes[first].previous else {
            lanes[lane].next = lane
            lanes[lane].previous = lane
            front = lane
            return
        }
        lanes[lane].next = first
        lanes[lane].previous = last
        lanes[last].next = lane
        lanes[first].previous = lane
    }

    private mutating func leave(_ lane: Int) {
        guard let next = lanes[lane].next, let previous = lanes[lane].previous else { return }
        lanes[previous].next = next
        lanes[next].previous = previous
        if front == lane { front = next == lane ? nil : next }
        change(lane, by: -lanes[lane].waiting)
        lanes[lane] = Lane()
    }
}
