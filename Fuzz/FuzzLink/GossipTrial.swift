internal import ConclaveCodec
internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTestTrials
internal import ConclaveTransport

/// What peers tell each other on open links in discovery: a directory that hears it, and a model which keeps
/// for each peer what was said of it. Ours is the first key; the last one is in no set.
struct GossipTrial {
    private static let setsMax = 2, failLimit = 2

    /// What is known of a peer, and dials that failed since it was learnt.
    private struct Known {
        let record: AddressRecord
        var failures = 0
    }

    private struct Dispute: Hashable {
        let peer: PeerID
        let index: UInt64
    }

    private let people: SignedRecords
    private var subject: Directory
    /// The newest last; own members included.
    private var sets: [(index: UInt64, members: [PeerID])] = []
    private var known: [PeerID: Known] = [:]
    private var disputes: Set<Dispute> = []
    private var connected: Set<PeerID> = []

    static func run(_ choices: inout Choices) throws(Finding) {
        var trial = try GossipTrial()
        for _ in 0..<80 where !choices.isEmpty {
            try trial.step(&choices)
            try trial.compare()
        }
    }

    private init() throws(Finding) {
        var profile = Profile.production
        profile.trackedPeerSets = Self.setsMax
        profile.dialFailLimit = Self.failLimit
        guard let people = SignedRecords.known,
            let configuration = try? configuration(profile, mode: .discovery())
        else { throw Finding("nothing can be signed, or a profile within its ranges is refused") }
        self.people = people
        subject = Directory(own: people.own, configuration: configuration)
        subject.announce(people.announced)
    }

    private mutating func step(_ choices: inout Choices) throws(Finding) {
        switch choices.number(below: 8) {
        case 0: try track(&choices)
        case 1:
            let peer = choices.element(of: people.others)
            if connected.remove(peer) == nil { connected.insert(peer) }
        case 2: dial(&choices)
        case 3, 4: try hear(&choices)
        case 5, 6: try answer(&choices)
        default: try tell(&choices)
        }
    }

    // MARK: Sets

    private mutating func track(_ choices: inout Choices) throws(Finding) {
        let chosen = choices.byte()
        let members = people.all.enumerated().filter { chosen >> UInt8($0.offset) & 1 == 1 }
            .map(\.element).filter { $0 != people.stranger }.sorted()
        guard let set = try? PeerSet(primary: members.map { PeerSet.Member($0, at: nil) }) else { return }
        let index = (sets.last?.index ?? 0) + 1 + UInt64(choices.number(below: 2))
        do {
            _ = try subject.track(index, set, at: at(1))
        } catch {
            throw Finding("set \(index) is refused: \(error)")
        }
        sets.append((index, members))
        if sets.count > Self.setsMax { sets.removeFirst() }
        known = known.filter { isTracked($0.key) }
        disputes = disputes.filter { dispute in
            isTracked(dispute.peer) && sets.contains { $0.index == dispute.index }
        }
    }

    private func isTracked(_ peer: PeerID) -> Bool {
        peer != people.own && sets.contains { $0.members.contains(peer) }
    }

    private mutating func dial(_ choices: inout Choices) {
        let peer = choices.element(of: people.others)
        let result: DialResult = choices.once(in: 3) ? .reached : .failed
        guard let entry = known[peer] else { return }
        subject.dialed(peer, at: entry.record.ingress, result)
        known[peer]?.failures = result == .reached ? 0 : entry.failures + 1
    }

    // MARK: Records

    private mutating func hear(_ choices: inout Choices) throws(Finding) {
        let now = people.time(choices.number(below: 5))
        let records = (0..<choices.number(below: 5)).map { _ in choices.element(of: people.records) }
        var hasNews = false, fault: PeerFault?
        for record in records {
            fault = people.fault(of: record, wanted: wants(record), at: now)
            guard fault == nil else { break }
            guard wants(record) else { continue }
            known[record.peer] = Known(record: record)
            hasNews = true
        }
        var isNews = false, found: PeerFault?
        do throws(PeerFault) {
            isNews = try subject.heard(records, at: now)
        } catch {
            found = error
        }
        try expect(found == fault, "\(String(describing: found)), not \(String(describing: fault))")
        try expect(found != nil || isNews == hasNews, "news: \(isNews), and \(hasNews) by the model")
    }

    private func wants(_ record: AddressRecord) -> Bool {
        isTracked(record.peer) && known[record.peer].map { $0.record.time < record.time } ?? true
    }

    private mutating func answer(_ choices: inout Choices) throws(Finding) {
        let peer = choices.element(of: people.others), now = people.time(choices.number(below: 5))
        guard isTracked(peer), let (index, members) = sets.last else { return }
        let asked = choices.once(in: 6) ? index &+ 7 : choices.once(in: 3) ? sets[0].index : index
        let set = sets.first { $0.index == asked }?.members
        let right = set?.count ?? members.count
        var bits = Bitmap(count: choices.once(in: 5) ? right + 1 : right)
        let chosen = choices.byte()
        for place in 0..<bits.count { bits[place] = chosen >> UInt8(place) & 1 == 1 }
        let vector = BitVector(index: asked, bits: bits)
        let (records, fault) = expected(vector, from: peer, set, at: now)
        var random = SplitMix64(seed: choices.seed()), answered: [AddressRecord] = [], found: PeerFault?
        do throws(PeerFault) {
            answered = try subject.answer(
                to: vector, from: peer, connected: { connected.contains($0) }, at: now, using: &random)
        } catch {
            found = error
        }
        try expect(found == fault, "\(String(describing: found)), not \(String(describing: fault))")
        try expect(
            answered.sorted { $0.peer < $1.peer } == records,
            "\(answered.count) records answered, not \(records.count)")
    }

    private mutating func expected(
        _ vector: BitVector, from peer: PeerID, _ set: [PeerID]?, at now: WallTime
    ) -> (records: [AddressRecord], fault: PeerFault?) {
        guard let set else { return ([], nil) }
        let dispute = Dispute(peer: peer, index: vector.index)
        guard vector.bits.count == set.count else {
            let fault = PeerFault.vectorLength(given: vector.bits.count, expected: set.count)
            return ([], disputes.insert(dispute).inserted ? fault : nil)
        }
        disputes.remove(dispute)
        let lacking = set.enumerated().filter { !vector.bits[$0.offset] && $0.element != peer }.map(\.element)
        return (
            lacking.compactMap { other in
                if other == people.own { return people.announced }
                guard connected.contains(other), let record = known[other]?.record else { return nil }
                return record.time <= now ? record : nil
            }, nil
        )
    }

    // MARK: What we tell

    private func tell(_ choices: inout Choices) throws(Finding) {
        let peer = choices.element(of: people.others)
        var random = SplitMix64(seed: choices.seed())
        let vector = subject.vector(for: peer, connected: { connected.contains($0) }, using: &random)
        let open = sets.filter { !disputes.contains(Dispute(peer: peer, index: $0.index)) }
        guard let set = open.first(where: { $0.index == vector.index }) else {
            let isSilent = open.isEmpty && vector.index == Directory.silentIndex && vector.bits.count == 0
            return try expect(isSilent, "a vector of set \(vector.index), of \(vector.bits.count) bits")
        }
        try expect(vector.bits.count == set.members.count, "\(vector.bits.count) bits")
        for (place, member) in set.members.enumerated() {
            let isKnown = known[member].map { $0.failures < Self.failLimit } ?? false
            let isReached = member == people.own || connected.contains(member) || isKnown
            try expect(vector.bits[place] == isReached, "bit \(place) of \(vector.index) is not \(isReached)")
        }
    }

    private func compare() throws(Finding) {
        for peer in people.others {
            try expect(
                subject.ingress(of: peer) == known[peer]?.record.ingress,
                "\(peer) is at \(String(describing: subject.ingress(of: peer)))")
        }
    }
}
