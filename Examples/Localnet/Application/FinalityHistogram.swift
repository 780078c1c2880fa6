/// How long blocks took to become final: counts of durations, each to a sixteenth of itself.
public struct FinalityHistogram: Hashable, Sendable {
    /// Places for each doubling; a place is at most that part of its duration wide.
    private static let placesPerDoubling = 16
    /// Doublings above the first 16 µs; the last place takes everything above 19 hours.
    private static let doublings = 32
    /// Places that there are.
    public static let placesMax = placesPerDoubling * (doublings + 1)

    /// Ascending places with their counts, none of which is 0.
    public private(set) var counts: [Entry] = []

    public struct Entry: Hashable, Sendable {
        public let place: Int
        public var count: Int

        public init(place: Int, count: Int) {
            self.place = place
            self.count = count
        }
    }

    public init() {}

    public var isEmpty: Bool { counts.isEmpty }

    /// What is negative counts as nothing.
    public mutating func add(microseconds: Int) {
        add(Entry(place: Self.place(of: UInt64(max(microseconds, 0))), count: 1))
    }

    /// Entries with places that there are not, or without a count, are left out.
    public mutating func add(_ entry: Entry) {
        guard (0..<Self.placesMax).contains(entry.place), entry.count > 0 else { return }
        let index = counts.firstIndex { $0.place >= entry.place } ?? counts.count
        if index < counts.count, counts[index].place == entry.place {
            counts[index].count += min(entry.count, .max - counts[index].count)
        } else {
            counts.insert(entry, at: index)
        }
    }

    public mutating func add(_ other: FinalityHistogram) {
        for entry in other.counts { add(entry) }
    }

    /// The least duration in milliseconds that so large a part of all does not exceed; nil while there is
    /// none.
    ///
    /// - Parameter part: `0...1`.
    public func milliseconds(atPart part: Double) -> Double? {
        let total = counts.reduce(0.0) { $0 + Double($1.count) }
        var sum = 0.0
        for entry in counts {
            sum += Double(entry.count)
            if sum >= part * total { return Self.upperMicroseconds(of: entry.place) / 1_000 }
        }
        return nil
    }

    private static func place(of microseconds: UInt64) -> Int {
        let width = UInt64.bitWidth - 1 - microseconds.leadingZeroBitCount
        guard width >= 4 else { return Int(microseconds) }
        let doubling = width - 3
        guard doubling <= doublings else { return placesMax - 1 }
        return doubling * placesPerDoubling + Int((microseconds >> UInt64(width - 4)) & 15)
    }

    private static func upperMicroseconds(of place: Int) -> Double {
        let (doubling, rest) = place.quotientAndRemainder(dividingBy: placesPerDoubling)
        guard doubling > 0 else { return Double(rest + 1) }
        return Double(UInt64(placesPerDoubling + rest + 1) << UInt64(doubling - 1))
    }
}
