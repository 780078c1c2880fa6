import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import Testing

@Suite struct BlockListTests {
    @Test func `a block refuses a peer until it expires`() throws {
        var directory = try directory(of: 4)
        #expect(directory.outcome(1, for: .seconds(2), at: at(0)) == .blocked(until: at(2_000)))
        #expect(!directory.isAuthorised(peer(1), at: at(1_999)))
        #expect(directory.isAuthorised(peer(1), at: at(2_000)))
        #expect(directory.nextExpiry(after: at(0)) == at(2_000))
        #expect(directory.nextExpiry(after: at(2_000)) == nil)
        #expect(directory.expireBlocks(at: at(2_000)) == .nothing)
        #expect(directory.nextExpiry(after: at(0)) == nil)
    }

    @Test func `a block survives a change of sets`() throws {
        var directory = try directory(of: 4)
        _ = directory.block(peer(1), for: .seconds(60), at: at(0))
        for index in 1...9 {
            _ = try directory.track(
                UInt64(index), try PeerSet(primary: (0..<4).map { member($0) }), at: at(0))
            #expect(!directory.isAuthorised(peer(1), at: at(0)))
        }
    }

    @Test func `blocking ourselves or twice changes nothing`() throws {
        var directory = try directory(of: 7)
        #expect(directory.outcome(0, for: .seconds(60), at: at(0)) == .unchanged)
        #expect(directory.outcome(1, for: .seconds(1), at: at(0)) == .blocked(until: at(1_000)))
        #expect(directory.outcome(1, for: .seconds(60), at: at(0)) == .unchanged)
        #expect(directory.isAuthorised(peer(1), at: at(1_000)))
    }

    @Test(arguments: 1...13)
    func `of n equal peers never more than f are blocked`(count: Int) throws {
        var directory = try directory(of: count)
        for number in 1...40 { _ = directory.block(peer(number), for: .seconds(60), at: at(0)) }
        let blocked = (1..<max(2, count)).filter {
            $0 < count && !directory.isAuthorised(peer($0), at: at(0))
        }
        #expect(blocked.count == (count - 1) / 3)
    }

    @Test func `weights count, not heads`() throws {
        let set = try PeerSet(primary: [
            member(0, weight: 50), member(1, weight: 30), member(2, weight: 4), member(3, weight: 16),
        ])
        var directory = try directory(tracking: set)
        #expect(directory.outcome(1, for: .seconds(9), at: at(0)) == .blocked(until: at(9_000)))
        #expect(directory.outcome(2, for: .seconds(9), at: at(0)) == .aboveShare(until: at(9_000)))
        #expect(directory.isAuthorised(peer(2), at: at(0)))
    }

    @Test func `a third exactly is too much`() throws {
        let set = try PeerSet(primary: [member(0, weight: 2), member(1, weight: 1)])
        var directory = try directory(tracking: set)
        #expect(directory.outcome(1, for: .seconds(9), at: at(0)) == .aboveShare(until: at(9_000)))
    }

    @Test func `weights at the end of the range do not overflow`() throws {
        let set = try PeerSet(primary: (0..<4).map { member($0, weight: .max) })
        var directory = try directory(tracking: set)
        #expect(directory.outcome(1, for: .seconds(9), at: at(0)) == .aboveShare(until: at(9_000)))
    }

    @Test func `secondary peers and strangers weigh nothing`() throws {
        let set = try PeerSet(primary: [member(0)], secondary: [member(1), member(2)])
        var directory = try directory(tracking: set)
        for number in [1, 2, 3] {
            #expect(directory.outcome(number, for: .seconds(9), at: at(0)) == .blocked(until: at(9_000)))
        }
    }

    @Test func `a set in which a block weighs too much suspends it, and a later one restores it`() throws {
        var directory = try directory(of: 4)
        _ = directory.block(peer(1), for: .seconds(60), at: at(0))
        let small = try PeerSet(primary: (0..<3).map { member($0) })
        #expect(try directory.track(1, small, at: at(0)) == DirectoryChange(lostAuthorisation: []))
        #expect(directory.isAuthorised(peer(1), at: at(0)))
        for index in 2...5 {
            let change = try directory.track(
                UInt64(index), try PeerSet(primary: (0..<4).map { member($0) }), at: at(0))
            #expect(change.lostAuthorisation == (index == 5 ? [peer(1)] : []))
        }
    }

    @Test func `a block that had no room comes into force when another expires`() throws {
        var directory = try directory(of: 4)
        _ = directory.block(peer(1), for: .seconds(1), at: at(0))
        #expect(directory.outcome(2, for: .seconds(5), at: at(0)) == .aboveShare(until: at(5_000)))
        #expect(directory.expireBlocks(at: at(1_000)).lostAuthorisation == [peer(2)])
        #expect(
            !directory.isAuthorised(peer(2), at: at(4_999)) && directory.isAuthorised(peer(2), at: at(5_000)))
    }

    @Test func `a new block that finds another expired names who is refused in its room`() throws {
        var directory = try directory(of: 7)
        for number in [1, 2] { _ = directory.block(peer(number), for: .seconds(1), at: at(0)) }
        #expect(directory.outcome(3, for: .seconds(5), at: at(0)) == .aboveShare(until: at(5_000)))
        let (outcome, change) = directory.block(peer(4), for: .seconds(5), at: at(1_000))
        #expect(outcome == .blocked(until: at(6_000)))
        #expect(change.lostAuthorisation == [peer(3)])
    }

    @Test func `blocks are counted: in force, waiting for room, and those that had none`() throws {
        var directory = try directory(of: 4)
        #expect(directory.blockCounts(at: at(0)) == BlockCounts(inForce: 0, waiting: 0, refused: 0))
        _ = directory.block(peer(1), for: .seconds(1), at: at(0))
        for number in [2, 3] { _ = directory.block(peer(number), for: .seconds(5), at: at(0)) }
        _ = directory.block(peer(2), for: .seconds(5), at: at(0))
        #expect(directory.blockCounts(at: at(0)) == BlockCounts(inForce: 1, waiting: 2, refused: 2))
        _ = directory.expireBlocks(at: at(1_000))
        #expect(directory.blockCounts(at: at(1_000)) == BlockCounts(inForce: 1, waiting: 1, refused: 2))
        #expect(directory.blockCounts(at: at(5_000)) == BlockCounts(inForce: 0, waiting: 0, refused: 2))
    }

    @Test func `an endless block and one of no length do no harm`() throws {
        var directory = try directory(of: 7)
        #expect(directory.outcome(1, for: .seconds(Int64.max), at: at(5)) != .unchanged)
        #expect(directory.outcome(2, for: .zero, at: at(5)) == .unchanged)
        #expect(directory.outcome(2, for: .seconds(-9), at: at(5)) == .unchanged)
    }

    @Test func `the list is bounded`() throws {
        var directory = try directory(of: 4, peersMax: 4)
        for number in 10..<14 {
            #expect(directory.outcome(number, for: .seconds(9), at: at(0)) != .unchanged)
        }
        #expect(directory.outcome(14, for: .seconds(9), at: at(0)) == .unchanged)
    }

    private func directory(of count: Int, peersMax: Int = 65_536) throws -> Directory {
        try directory(tracking: try PeerSet(primary: (0..<count).map { member($0) }), peersMax: peersMax)
    }

    private func directory(tracking set: PeerSet, peersMax: Int = 65_536) throws -> Directory {
        var profile = Profile.local
        profile.maxPeersPerSet = peersMax
        var directory = Directory(
            own: peer(0), configuration: try configuration(profile), addresses: LookupAddresses(check: .exact)
        )
        _ = try directory.track(0, set, at: at(0))
        return directory
    }
}

extension Directory {
    fileprivate mutating func outcome(
        _ number: Int, for duration: Duration, at now: Instant
    ) -> BlockOutcome {
        block(peer(number), for: duration, at: now).outcome
    }
}
