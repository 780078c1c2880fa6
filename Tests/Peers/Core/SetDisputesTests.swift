import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import ConclaveTransport
import Testing

/// Vectors and answers: whom a node says it knows, whom it tells of, and what becomes of two that disagree
/// about a set. Ours is key 1, and the sets hold keys 1 to 6.
@Suite struct SetDisputesTests {
    let keys: [PeerID]
    var directory: Directory
    var random = SplitMix64(seed: 7)

    init() throws {
        keys = try (1...6).map { try signingKey($0).publicKey }
        var profile = Profile.local
        profile.trackedPeerSets = 2
        directory = Directory(
            own: keys[0], configuration: try configuration(profile, mode: .discovery()))
        directory.announce(try record(1, at: 1_000))
    }

    @Test mutating func `a bit is set of ourselves, of who is connected and of whose address is known`()
        throws
    {
        try track(1)
        _ = try directory.heard([record(3, at: 1)], at: wall(1_000))
        let vector = vector(connected: [1])
        let set = try #require(directory.peerSet(1))
        #expect(vector.index == 1 && vector.bits.count == 6)
        let known = set.primary.indices.filter { vector.bits[$0] }.map { set.primary[$0].peer }
        #expect(Set(known) == Set(keys[...2]))
    }

    @Test mutating func `every tracked set has its turn, and none that has fallen away`() throws {
        for index in 1...3 as ClosedRange<UInt64> { try track(index) }
        #expect(Set((0..<50).map { _ in vector().index }) == [2, 3])
    }

    @Test mutating func `without a set the vector is empty and of an index that nobody tracks`() {
        #expect(vector() == BitVector(index: .max, bits: Bitmap(count: 0)))
    }

    @Test func `a set too large for a record has no vector`() throws {
        var random = SplitMix64(seed: 1)
        let tight = try configuration(mode: .discovery(), maxMessageBytes: 512)
        var directory = Directory(own: keys[0], configuration: tight)
        _ = try directory.track(1, PeerSet(keys: (0..<4_073).map { peer($0) }), at: at(0))
        #expect(directory.vector(for: keys[1], connected: { _ in false }, using: &random).index == .max)
        _ = try directory.track(2, PeerSet(keys: (0..<4_072).map { peer($0) }), at: at(0))
        let vector = directory.vector(for: keys[1], connected: { _ in false }, using: &random)
        #expect(vector.index == 2)
        #expect(DiscoveryMessage.bitVector(vector).encoded.count <= 512 + 16)
    }

    @Test mutating func `an answer holds what the sender lacks: ours, and of who is connected`() throws {
        try track(1)
        for number in 2...5 as ClosedRange<UInt8> {
            _ = try directory.heard([record(number, at: 1)], at: wall(1_000))
        }
        #expect(try answer(lacking: [0, 2, 3, 4], connected: [2, 3]) == [keys[0], keys[2], keys[3]])
        #expect(try answer(lacking: [2], connected: [2, 3]) == [keys[2]])
        #expect(try answer(lacking: [], connected: [2, 3]) == [])
        #expect(try answer(lacking: [5], connected: [5]) == [], "of whom we have no record")
    }

    @Test mutating func `who asks is not told of itself, nor anybody of a time ahead of our clock`() throws {
        try track(1)
        _ = try directory.heard([record(2, at: 1), record(3, at: 1_001)], at: wall(1_000))
        #expect(try answer(lacking: [1, 2], connected: [1, 2]) == [])
        #expect(try answer(lacking: [1, 2], connected: [1, 2], at: 1_001) == [keys[2]])
    }

    @Test mutating func `answers come in any order, so that each of many is passed on in time`() throws {
        try track(1)
        for number in 2...6 as ClosedRange<UInt8> {
            _ = try directory.heard([record(number, at: 1)], at: wall(1_000))
        }
        var firsts = Set<PeerID>()
        for _ in 0..<100 {
            let records = try directory.answer(
                to: try vector(lacking: [2, 3, 4, 5]), from: keys[1], connected: { _ in true },
                at: wall(1_000), using: &random)
            if let first = records.first { firsts.insert(first.peer) }
        }
        #expect(firsts == Set(keys[2...]))
    }

    // MARK: Disagreement

    @Test(arguments: [0, 1, 5, 7, 65_536])
    mutating func `a vector of the wrong length ends the link once, then is passed over`(bits: Int) throws {
        try track(1)
        let wrong = BitVector(index: 1, bits: Bitmap(count: bits))
        #expect(throws: PeerFault.vectorLength(given: bits, expected: 6)) { try answer(to: wrong) }
        for _ in 0..<3 { #expect(try answer(to: wrong) == []) }
        #expect(vector().index == .max, "and we send none of that set either")
    }

    @Test mutating func `a dispute is with one peer about one set`() throws {
        try track(1)
        try track(2)
        _ = try? answer(to: BitVector(index: 1, bits: Bitmap(count: 5)))
        #expect(Set((0..<30).map { _ in vector().index }) == [2])
        let toOther = (0..<30).map { _ in
            directory.vector(for: keys[2], connected: { _ in false }, using: &random).index
        }
        #expect(Set(toOther) == [1, 2])
        #expect(throws: PeerFault.vectorLength(given: 5, expected: 6)) {
            try answer(to: BitVector(index: 2, bits: Bitmap(count: 5)))
        }
    }

    @Test mutating func `who comes round is answered again`() throws {
        try track(1)
        _ = try? answer(to: BitVector(index: 1, bits: Bitmap(count: 5)))
        #expect(try answer(lacking: [0], connected: []) == [keys[0]])
        #expect(vector().index == 1)
    }

    @Test mutating func `a dispute ends with its set and with its peer`() throws {
        try track(1)
        let wrong = BitVector(index: 1, bits: Bitmap(count: 5))
        _ = try? answer(to: wrong)
        _ = try directory.track(2, PeerSet(keys: []), at: at(0))
        _ = try directory.track(3, PeerSet(keys: []), at: at(0))
        #expect(try answer(to: wrong) == [], "the set is unknown now")
        try track(4)
        #expect(throws: PeerFault.vectorLength(given: 5, expected: 6)) {
            try answer(to: BitVector(index: 4, bits: Bitmap(count: 5)))
        }
    }

    @Test(arguments: [0, 6, 65_536]) mutating func `a vector of an unknown set is passed over`(bits: Int)
        throws
    {
        try track(1)
        for index in [0, 2, UInt64.max] {
            #expect(try answer(to: BitVector(index: index, bits: Bitmap(count: bits))) == [])
        }
    }

    // MARK: Fixtures

    private mutating func track(_ index: UInt64) throws {
        _ = try directory.track(index, PeerSet(keys: keys), at: at(0))
    }

    /// What we tell key 2 while the keys at `connected` are connected.
    private mutating func vector(connected: [Int] = []) -> BitVector {
        let connected = connected.map { keys[$0] }
        return directory.vector(
            for: keys[1], connected: { connected.contains($0) }, using: &random)
    }

    /// A vector of set 1 in which only the bits of these keys are 0.
    private func vector(lacking: [Int]) throws -> BitVector {
        let set = try #require(directory.peerSet(1)), lacking = lacking.map { keys[$0] }
        var bits = Bitmap(count: set.primary.count)
        for (place, member) in set.primary.enumerated() { bits[place] = !lacking.contains(member.peer) }
        return BitVector(index: 1, bits: bits)
    }

    /// Of whom key 2 is told, in the order of ``keys``.
    private mutating func answer(lacking: [Int], connected: [Int], at now: Int = 1_000) throws -> [PeerID] {
        let connected = connected.map { keys[$0] }
        let records = try directory.answer(
            to: try vector(lacking: lacking), from: keys[1], connected: { connected.contains($0) },
            at: wall(now), using: &random)
        return keys.filter { key in records.contains { $0.peer == key } }
    }

    private mutating func answer(to vector: BitVector) throws -> [AddressRecord] {
        try directory.answer(
            to: vector, from: keys[1], connected: { _ in false }, at: wall(1_000), using: &random)
    }
}
