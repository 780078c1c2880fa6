internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTestTrials

/// A directory in lookup mode and a model of it, which keeps what the engine said and looks through all of
/// it.
struct DirectoryTrial {
    private static let own = peer(5)
    private static let people = (1...9).map { peer($0) }
    private static let setsMax = 3, peersMax = 7

    private var subject: Directory
    private var now = 1_000_000
    /// The tracked sets, the newest last.
    private var sets: [(index: UInt64, set: PeerSet)] = []
    private var addresses: [PeerID: PeerAddress] = [:]
    /// Until when the engine wants whom refused.
    private var blocks: [PeerID: Instant] = [:]

    static func run(_ choices: inout Choices) throws(Finding) {
        var trial = try DirectoryTrial()
        for _ in 0..<60 where !choices.isEmpty {
            try trial.step(&choices)
            try trial.compare()
        }
    }

    private init() throws(Finding) {
        var profile = Profile.production
        profile.trackedPeerSets = Self.setsMax
        profile.maxPeersPerSet = Self.peersMax
        guard let configuration = try? configuration(profile) else {
            throw Finding("a profile within its ranges is refused")
        }
        subject = Directory(own: Self.own, configuration: configuration)
    }

    private mutating func step(_ choices: inout Choices) throws(Finding) {
        now += choices.number(below: 3_000)
        var before = authorised
        let addressesBefore = addresses
        let change: DirectoryChange
        switch choices.number(below: 6) {
        case 0, 1: change = try track(&choices)
        case 2: change = try overwrite(&choices)
        case 3, 4:
            let (blocked, others) = try block(&choices)
            before.removeAll { $0 == blocked }
            change = others
        default:
            blocks = blocks.filter { $0.value > at(now) }
            change = subject.expireBlocks(at: at(now))
        }
        try expect(
            change.lostAuthorisation == before.filter { !authorised.contains($0) },
            "\(change.lostAuthorisation) lost authorisation, it says")
        let moved = before.filter { authorised.contains($0) && addressesBefore[$0] != addresses[$0] }
        try expect(
            change.changedAddress == moved, "\(change.changedAddress) moved, it says, and \(moved) did")
    }

    private mutating func track(_ choices: inout Choices) throws(Finding) -> DirectoryChange {
        let newest = sets.last?.index ?? 0
        let index = UInt64(max(0, Int(newest) + choices.number(below: 4) - 1))
        guard let set = Self.set(&choices) else { return .nothing }
        let isAllowed = (sets.isEmpty || index > newest) && set.count <= Self.peersMax
        guard let change = try? subject.track(index, set, at: at(now)) else {
            try expect(!isAllowed, "set \(index) is refused")
            return .nothing
        }
        try expect(isAllowed, "set \(index) of \(set.count) is taken")
        sets.append((index, set))
        if sets.count > Self.setsMax { sets.removeFirst() }
        for member in set.members where member.peer != Self.own { addresses[member.peer] = member.address }
        addresses = addresses.filter { role(of: $0.key) != nil }
        return change
    }

    private static func set(_ choices: inout Choices) -> PeerSet? {
        let primary = members(&choices), secondary = members(&choices)
        return try? PeerSet(primary: primary, secondary: choices.once(in: 2) ? secondary : [])
    }

    private static func members(_ choices: inout Choices) -> [PeerSet.Member] {
        let chosen = choices.integer(UInt16.self)
        return people.enumerated().filter { chosen >> UInt16($0.offset) & 1 == 1 }.map { number, peer in
            PeerSet.Member(peer, at: address(&choices), weight: weight(&choices, number))
        }
    }

    private static func weight(_ choices: inout Choices, _ number: Int) -> UInt64 {
        choices.once(in: 8) ? UInt64.max - UInt64(number) : UInt64(choices.byte() % 8)
    }

    private static func address(_ choices: inout Choices) -> PeerAddress {
        ConclaveTestTrials.address(choices.number(below: 4), port: UInt16(3_000 + choices.number(below: 2)))
    }

    private mutating func overwrite(_ choices: inout Choices) throws(Finding) -> DirectoryChange {
        let moves = (0..<choices.number(below: 3)).map { _ in
            (choices.element(of: Self.people), Self.address(&choices))
        }
        let change = subject.overwrite(moves, at: at(now))
        for (peer, address) in moves where addresses[peer] != nil { addresses[peer] = address }
        return change
    }

    /// Whom it blocks, if that is in force, and what it says that has changed for others.
    private mutating func block(
        _ choices: inout Choices
    ) throws(Finding) -> (blocked: PeerID?, others: DirectoryChange) {
        let peer = choices.element(of: Self.people),
            duration = Duration.milliseconds(choices.number(below: 8_000))
        let until = at(now).advanced(by: duration)
        blocks = blocks.filter { $0.value > at(now) }
        let isNew =
            peer != Self.own && blocks[peer] == nil && blocks.count < Self.peersMax && duration > .zero
        let (outcome, others) = subject.block(peer, for: duration, at: at(now))
        try expect((outcome == .unchanged) != isNew, "blocking \(peer) for \(duration) is \(outcome)")
        if isNew { blocks[peer] = until }
        guard outcome == .blocked(until: until) else { return (nil, others) }
        try expect(isBlocked(peer) || role(of: peer) == nil, "a block is in force, it says, and is not")
        return (peer, others)
    }

    // MARK: What must hold

    private func role(of peer: PeerID) -> PeerRole? {
        if sets.contains(where: { $0.set.primary.contains { $0.peer == peer } }) { return .primary }
        return sets.contains { $0.set.secondary.contains { $0.peer == peer } } ? .secondary : nil
    }

    private var authorised: [PeerID] { Self.people.filter { subject.isAuthorised($0, at: at(now)) } }

    private func isBlocked(_ peer: PeerID) -> Bool {
        subject.snapshot(at: at(now)).contains { $0.peer == peer && $0.isBlocked }
    }

    private func compare() throws(Finding) {
        let entries = subject.snapshot(at: at(now))
        let tracked = Self.people.filter { role(of: $0) != nil }
        try expect(
            entries.map(\.peer) == tracked, "\(entries.map(\.peer)) are tracked, it says, and \(tracked) are")
        for peer in Self.people {
            let isRefused = entries.contains { $0.peer == peer && $0.isBlocked }
            let mayConnect = peer != Self.own && role(of: peer) != nil && !isRefused
            try expect(
                subject.isAuthorised(peer, at: at(now)) == mayConnect,
                "\(peer) authorised is not \(mayConnect)")
            try expect(subject.role(of: peer) == role(of: peer), "the role of \(peer)")
            try expect(subject.address(of: peer) == addresses[peer], "the address of \(peer)")
            let isDialled = mayConnect && role(of: peer) == .primary
            try expect(
                subject.isDialable(peer, at: at(now)) == isDialled, "\(peer) dialable is not \(isDialled)")
            try expect(
                !isRefused || (blocks[peer].map { $0 > at(now) } ?? false),
                "\(peer) is refused, and nobody asked")
        }
        for number in 0..<4 {
            let expected = addresses.values.count { $0.egress == ip(number) }
            try expect(
                subject.peersExpected(from: ip(number)) == expected, "\(expected) come from address \(number)"
            )
        }
        try blocksWithinBound(entries)
    }

    /// What is refused of a set is less than a third of its weight.
    private func blocksWithinBound(_ entries: [DirectoryEntry]) throws(Finding) {
        let refused = Set(entries.filter(\.isBlocked).map(\.peer))
        for (index, set) in sets {
            let weights = set.primary.filter { refused.contains($0.peer) }.map(\.weight)
            let sum = weights.reduce(0.0) { $0 + Double($1) }
            let total = set.primary.reduce(0.0) { $0 + Double($1.weight) }
            try expect(
                sum == 0 || 3 * sum < total * 1.000_001, "\(sum) of \(total) in set \(index) is refused")
        }
    }
}
