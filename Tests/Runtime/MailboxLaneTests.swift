import ConclavePrimitives
import ConclaveRuntime
import Testing

/// One lane against a model of plain arrays, over random histories.
@Suite struct MailboxLaneTests {
    struct Parcel: Equatable, Sendable {
        let key: Int
        var weight: Int
        var numbers: [Int]
    }

    enum Kind: CaseIterable { case refuseNewest, dropOldest, keepLatest, merge }

    /// What a lane should be, written for reading.
    struct Model {
        let kind: Kind
        let capacity: Int, bytesMax: Int
        var waiting: [Parcel] = []
        var lost = 0, combined = 0
        var bytes: Int { waiting.reduce(0) { $0 + $1.weight } }

        mutating func offer(_ parcel: Parcel) -> Bool {
            if kind == .keepLatest || kind == .merge,
                let place = waiting.firstIndex(where: { $0.key == parcel.key })
            {
                let others = bytes - (kind == .keepLatest ? waiting[place].weight : 0)
                guard others + parcel.weight <= bytesMax else { return refuse() }
                waiting[place] = kind == .keepLatest ? parcel : Self.merged(waiting[place], parcel)
                combined += 1
                return true
            }
            guard parcel.weight <= bytesMax else { return refuse() }
            while waiting.count == capacity || bytes + parcel.weight > bytesMax {
                guard kind == .dropOldest else { return refuse() }
                waiting.removeFirst()
                lost += 1
            }
            waiting.append(parcel)
            return true
        }

        private mutating func refuse() -> Bool {
            lost += 1
            return false
        }

        /// Lighter than both together, as when two sets have something in common.
        static func merged(_ waiting: Parcel, _ newest: Parcel) -> Parcel {
            Parcel(
                key: waiting.key, weight: max(waiting.weight, newest.weight),
                numbers: waiting.numbers + newest.numbers)
        }
    }

    private static func overflow(_ kind: Kind) -> Overflow<Parcel> {
        switch kind {
        case .refuseNewest: .refuseNewest
        case .dropOldest: .dropOldest
        case .keepLatest: .keepLatest { $0.key }
        case .merge:
            .merge {
                $0.key
            } _: {
                $0 = Model.merged($0, $1)
            }
        }
    }

    @Test(arguments: Kind.allCases, 0..<40 as Range<UInt64>)
    func `a lane does what its rule says`(kind: Kind, seed: UInt64) async {
        var random = SplitMix64(seed: seed)
        let capacity = Int.random(in: 1...12, using: &random)
        let bytesMax = Int.random(in: 20...90, using: &random)
        var model = Model(kind: kind, capacity: capacity, bytesMax: bytesMax)
        let mailbox = Mailbox(
            capacity: capacity, bytes: bytesMax, overflow: Self.overflow(kind), weight: { $0.weight })
        var batch: [Parcel] = []
        for step in 0..<600 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<12:
                let parcel = Parcel(
                    key: .random(in: 0..<15, using: &random), weight: .random(in: 0..<25, using: &random),
                    numbers: [step])
                #expect(mailbox.offer(parcel) == model.offer(parcel))
            case 12..<19:
                #expect(mailbox.poll() == (model.waiting.isEmpty ? nil : model.waiting.removeFirst()))
            default:
                guard !model.waiting.isEmpty else { continue }
                #expect(await mailbox.take(into: &batch))
                #expect(batch == model.waiting)
                model.waiting = []
            }
            #expect(mailbox.count == model.waiting.count)
            #expect(mailbox.bytes == model.bytes)
            #expect(mailbox.lost == model.lost)
            #expect(mailbox.combined == model.combined)
        }
    }

    @Test(arguments: Kind.allCases, 0..<20 as Range<UInt64>)
    func `offering many is offering one after another until one is refused`(kind: Kind, seed: UInt64) async {
        var random = SplitMix64(seed: seed)
        let one = Mailbox(capacity: 9, bytes: 80, overflow: Self.overflow(kind), weight: { $0.weight })
        let many = Mailbox(capacity: 9, bytes: 80, overflow: Self.overflow(kind), weight: { $0.weight })
        for step in 0..<200 {
            let parcels = (0..<Int.random(in: 0..<8, using: &random)).map { _ in
                Parcel(
                    key: .random(in: 0..<12, using: &random), weight: .random(in: 0..<20, using: &random),
                    numbers: [step])
            }
            let lostBefore = many.lost
            let accepted = many.offer(contentsOf: parcels)
            let refused = parcels.count - accepted
            #expect(parcels.prefix(accepted).allSatisfy { one.offer($0) })
            #expect(refused == 0 || !one.offer(parcels[accepted]))
            #expect(many.lost - lostBefore >= refused)
            for _ in 0..<Int.random(in: 0..<6, using: &random) { #expect(one.poll() == many.poll()) }
            #expect(one.count == many.count)
        }
    }
}
