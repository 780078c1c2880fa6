import ConclaveCodec
import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import Testing

@Suite struct DirectoryTests {
    @Test func `a peer is authorised while any tracked set holds it`() throws {
        var directory = try directory(sets: 2)
        #expect(!directory.isAuthorised(peer(1), at: at(0)))
        _ = try directory.track(10, try PeerSet(primary: [member(1)]), at: at(0))
        _ = try directory.track(11, try PeerSet(primary: [member(2)]), at: at(0))
        #expect(directory.isAuthorised(peer(1), at: at(0)) && directory.isAuthorised(peer(2), at: at(0)))
        let change = try directory.track(12, try PeerSet(primary: [member(2)]), at: at(0))
        #expect(change == DirectoryChange(lostAuthorisation: [peer(1)]))
        #expect(!directory.isAuthorised(peer(1), at: at(0)))
        #expect(directory.peerSet(10) == nil && directory.peerSet(11) != nil)
        #expect(directory.address(of: peer(1)) == nil)
    }

    @Test(arguments: [UInt64(0), 6, 7])
    func `an index that does not rise changes nothing`(index: UInt64) throws {
        var directory = try directory()
        _ = try directory.track(7, try PeerSet(primary: [member(1)]), at: at(0))
        #expect(throws: DirectoryFault.indexNotIncreasing(given: index, newest: 7)) {
            try directory.track(index, try PeerSet(primary: [member(2)]), at: at(0))
        }
        #expect(directory.snapshot(at: at(0)).map(\.peer) == [peer(1)])
    }

    @Test func `the last index can be used and nothing comes after it`() throws {
        var directory = try directory()
        _ = try directory.track(.max, try PeerSet(primary: [member(1)]), at: at(0))
        #expect(throws: DirectoryFault.indexNotIncreasing(given: .max, newest: .max)) {
            try directory.track(.max, try PeerSet(primary: []), at: at(0))
        }
    }

    @Test func `too many peers, primary and secondary together, change nothing`() throws {
        var directory = try directory(peers: 3)
        #expect(throws: DirectoryFault.tooManyPeers(given: 4, allowed: 3)) {
            try directory.track(
                1, try PeerSet(primary: [member(1), member(2)], secondary: [member(3), member(4)]), at: at(0))
        }
        #expect(directory.snapshot(at: at(0)).isEmpty)
        _ = try directory.track(1, try PeerSet(primary: [member(1)], secondary: [member(2)]), at: at(0))
    }

    @Test func `a peer without an address is refused, ourselves excepted`() throws {
        var directory = try directory()
        let lost = PeerSet.Member(peer(3), at: nil)
        #expect(throws: DirectoryFault.addressMissing(peer(3))) {
            try directory.track(1, try PeerSet(primary: [member(1)], secondary: [lost]), at: at(0))
        }
        #expect(!directory.isAuthorised(peer(1), at: at(0)))
        _ = try directory.track(1, try PeerSet(primary: [PeerSet.Member(own, at: nil)]), at: at(0))
    }

    @Test func `our own key is allowed, but neither authorised nor dialled nor expected`() throws {
        var directory = try directory()
        _ = try directory.track(
            1, try PeerSet(primary: [PeerSet.Member(own, at: address(99)), member(1)]), at: at(0))
        #expect(!directory.isAuthorised(own, at: at(0)))
        #expect(directory.dialable == [peer(1)])
        #expect(directory.role(of: own) == .primary)
        #expect(directory.peersExpected(from: ip(99)) == 0)
        #expect(!directory.accepts(own, from: ip(99), at: at(0)))
    }

    @Test func `a key in both lists is primary, and primary in one tracked set is enough`() throws {
        var directory = try directory()
        _ = try directory.track(
            1, try PeerSet(primary: [member(1)], secondary: [member(1), member(2)]), at: at(0))
        #expect(directory.peers(.primary) == [peer(1)] && directory.peers(.secondary) == [peer(2)])
        _ = try directory.track(2, try PeerSet(primary: [member(2)], secondary: [member(1)]), at: at(0))
        #expect(directory.peers(.primary) == [peer(1), peer(2)] && directory.peers(.secondary).isEmpty)
        #expect(directory.dialable == [peer(1), peer(2)])
    }

    @Test func `who stays keeps the connection unless the address is another`() throws {
        var directory = try directory(sets: 1)
        _ = try directory.track(1, try PeerSet(primary: [member(1), member(2), member(3)]), at: at(0))
        let moved = PeerSet.Member(peer(2), at: address(2, port: 4_000))
        let change = try directory.track(2, try PeerSet(primary: [member(1), moved]), at: at(0))
        #expect(change == DirectoryChange(lostAuthorisation: [peer(3)], changedAddress: [peer(2)]))
        #expect(directory.address(of: peer(2)) == address(2, port: 4_000))
    }

    @Test func `the newest word about an address counts`() throws {
        var directory = try directory()
        _ = try directory.track(1, try PeerSet(primary: [member(1)]), at: at(0))
        #expect(directory.overwrite([(peer(1), address(7))], at: at(0)).changedAddress == [peer(1)])
        #expect(directory.overwrite([(peer(1), address(7))], at: at(0)) == .nothing)
        #expect(directory.addressUpdates == 1)
        #expect(directory.accepts(peer(1), from: ip(7), at: at(0)))
        #expect(!directory.accepts(peer(1), from: ip(1), at: at(0)))
        #expect(
            try directory.track(2, try PeerSet(primary: [member(1)]), at: at(0)).changedAddress == [peer(1)])
        #expect(directory.address(of: peer(1)) == address(1))
    }

    @Test func `overwriting the address of a stranger or of ourselves does nothing`() throws {
        var directory = try directory()
        #expect(directory.overwrite([(peer(5), address(5)), (own, address(6))], at: at(0)) == .nothing)
        #expect(directory.address(of: peer(5)) == nil && directory.address(of: own) == nil)
        #expect(directory.peersExpected(from: ip(5)) == 0)
    }

    @Test func `an address named twice in one overwrite is reported once`() throws {
        var directory = try directory()
        _ = try directory.track(1, try PeerSet(primary: [member(1)]), at: at(0))
        let moves = [(peer(1), address(7)), (peer(1), address(8))]
        #expect(directory.overwrite(moves, at: at(0)).changedAddress == [peer(1)])
        #expect(directory.address(of: peer(1)) == address(8))
    }

    @Test func `as many peers are expected from an IP as name it`() throws {
        var directory = try directory(sets: 1)
        let egress = ip(50)
        let shared = [1, 2].map { number in
            PeerSet.Member(peer(number), at: .asymmetric(ingress: address(number).ingress, egress: egress))
        }
        _ = try directory.track(1, try PeerSet(primary: shared + [member(3)]), at: at(0))
        #expect(directory.peersExpected(from: egress) == 2 && directory.peersExpected(from: ip(3)) == 1)
        #expect(directory.peersExpected(from: ip(1)) == 0)
        _ = directory.overwrite([(peer(1), address(1))], at: at(0))
        #expect(directory.peersExpected(from: egress) == 1)
        _ = try directory.track(2, try PeerSet(primary: [member(3)]), at: at(0))
        #expect(directory.peersExpected(from: egress) == 0 && directory.peersExpected(from: ip(1)) == 0)
    }

    @Test func `with the check bypassed any IP is welcome, and those that are known still have their bucket`()
        throws
    {
        var profile = Profile.local
        profile.addressCheck = .bypassed
        var directory = try directory(profile)
        _ = try directory.track(1, try PeerSet(primary: [member(1)]), at: at(0))
        #expect(directory.peersExpected(from: ip(1)) == 1 && directory.peersExpected(from: ip(2)) == nil)
        #expect(directory.accepts(peer(1), from: ip(200), at: at(0)))
        #expect(!directory.accepts(peer(2), from: ip(200), at: at(0)))
    }

    @Test func `a key that stands twice in one list is refused`() throws {
        #expect(throws: DirectoryFault.listedTwice(peer(1))) {
            try PeerSet(primary: [member(1), member(2), member(1)])
        }
        #expect(throws: DirectoryFault.listedTwice(peer(1))) {
            try PeerSet(primary: [], secondary: [member(1), member(1)])
        }
    }

    @Test func `the snapshot is in order of the keys whatever the order they came in`() throws {
        var directory = try directory()
        let numbers = Array(1...40).shuffled()
        _ = try directory.track(3, try PeerSet(primary: numbers.map { member($0) }), at: at(0))
        _ = try directory.track(4, try PeerSet(primary: [member(7)]), at: at(0))
        let snapshot = directory.snapshot(at: at(0))
        #expect(snapshot.map(\.peer) == (1...40).map(peer))
        #expect(snapshot[6].sets == [3, 4] && snapshot[7].sets == [3])
    }

    @Test(arguments: 0..<20)
    func `updates name exactly who lost authorisation or moved`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var directory = try directory(sets: Int.random(in: 1...4, using: &random))
        var now = 0
        for index in 0..<60 {
            now += Int.random(in: 0...2_000, using: &random)
            var before = standing(of: directory, at: at(now))
            let change: DirectoryChange
            if Bool.random(using: &random) {
                change = try directory.track(UInt64(index), randomSet(using: &random), at: at(now))
            } else if Bool.random(using: &random) {
                change = directory.expireBlocks(at: at(now))
            } else {
                let target = peer(Int.random(in: 0..<12, using: &random))
                let outcome: BlockOutcome
                (outcome, change) = directory.block(
                    target, for: .milliseconds(Int.random(in: 1...4_000, using: &random)), at: at(now))
                if case .blocked = outcome { before[target] = nil }
            }
            let after = standing(of: directory, at: at(now))
            #expect(change.lostAuthorisation == before.keys.filter { after[$0] == nil }.sorted())
            #expect(
                change.changedAddress == before.keys.filter { after[$0] ?? before[$0] != before[$0] }.sorted()
            )
        }
    }

    // MARK: Fixtures

    private let own = peer(0)

    private func directory(
        _ profile: Profile = .local, sets: Int = 4, peers: Int = 65_536
    ) throws -> Directory {
        var profile = profile
        profile.trackedPeerSets = sets
        profile.maxPeersPerSet = peers
        return Directory(
            own: own, configuration: try configuration(profile),
            addresses: LookupAddresses(check: profile.addressCheck))
    }

    /// Who is authorised, and where they are.
    private func standing(of directory: Directory, at now: Instant) -> [PeerID: PeerAddress] {
        var standing: [PeerID: PeerAddress] = [:]
        for number in 0..<12 where directory.isAuthorised(peer(number), at: now) {
            standing[peer(number)] = directory.address(of: peer(number))
        }
        return standing
    }

    private func randomSet(using random: inout SplitMix64) throws -> PeerSet {
        var primary: [PeerSet.Member] = [], secondary: [PeerSet.Member] = []
        for number in 0..<12 where Bool.random(using: &random) {
            let port: UInt16 = Int.random(in: 0..<8, using: &random) == 0 ? 4_000 : 3_000
            let member = PeerSet.Member(peer(number), at: address(number, port: port))
            if Bool.random(using: &random) { primary.append(member) } else { secondary.append(member) }
        }
        return try PeerSet(primary: primary, secondary: secondary)
    }
}
