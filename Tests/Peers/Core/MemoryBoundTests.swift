import ConclavePeersCore
import ConclaveTestTrials
import Testing

struct MemoryBoundTests {
    @Test func `the sum is that of its terms, and says each by name`() throws {
        let bound = MemoryBound(try configuration(), peers: 100, channels: 3, lanes: 5)
        #expect(bound.total == bound.terms.reduce(0) { $0 + $1.bytes })
        #expect(bound.terms.allSatisfy { $0.bytes > 0 })
        #expect(bound.budget == 1 << 30)
        #expect(bound.floors == 100 * (1 + 5) * (64 << 10))
        #expect(bound.queues == bound.budget + bound.floors)
        #expect(bound.description.hasPrefix("budget 1073741824 + floors 39321600 + "))
    }

    @Test func `without a number it is for as many peers as the sets may hold, and never for more`() throws {
        var profile = Profile.local
        profile.trackedPeerSets = 2
        profile.maxPeersPerSet = 50
        let configuration = try configuration(profile)
        let most = MemoryBound(configuration, channels: 1, lanes: 1)
        #expect(most == MemoryBound(configuration, peers: 100, channels: 1, lanes: 1))
        #expect(most == MemoryBound(configuration, peers: .max, channels: 1, lanes: 1))
        #expect(MemoryBound(configuration, peers: -1, channels: 1, lanes: 1).floors == 0)
    }

    @Test func `the largest configuration there can be has a sum`() throws {
        var profile = Profile.local
        profile.trackedPeerSets = 64
        profile.maxPeersPerSet = 65_536
        profile.maxConcurrentHandshakes = 65_536
        profile.memoryBudget = 1 << 40
        profile.floorBytes = 16 << 20
        let bound = MemoryBound(try configuration(profile), channels: 100, lanes: 1_124)
        #expect(bound.total > 1 << 50)
    }
}
