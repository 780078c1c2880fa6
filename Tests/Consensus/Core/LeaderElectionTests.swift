import ConclaveCodec
import ConclaveCryptography
import ConclaveVectors
import Testing

@testable import ConclaveConsensusCore

@Suite struct LeaderElectionTests {
    private func set(_ weights: [UInt64]) throws -> ValidatorSet {
        var members: [ValidatorSet.Member] = []
        for (place, weight) in weights.enumerated() {
            let key = try #require(PublicKey([UInt8](repeating: UInt8(place), count: 32)))
            members.append(.init(key, weight: weight))
        }
        return try ValidatorSet(members)
    }

    @Test func `leaders are those of the specification, in turn and by weight`() throws {
        let golden = try GoldenConsensus.read()
        let bytes = try #require(Hex.bytes(golden.origin))
        let origin = try #require(Digest(bytes))
        let seed = LeaderElection.seed(origin: origin)
        #expect(seed.description == golden.seed)
        func leaders(_ election: LeaderElection, _ count: Int, _ weights: [UInt64]) throws -> [Int] {
            let validators = try set(weights)
            return (1...count).map {
                election.leader(
                    of: View(UInt64($0)), epoch: Epoch(golden.epoch), seed: seed, among: validators)
            }
        }
        #expect(try leaders(.roundRobin, 19, golden.weights) == golden.roundRobin)
        #expect(try leaders(.weighted, 40, golden.weights) == golden.weighted)
        #expect(try leaders(.weighted, 40, [1 << 60, 1 << 59, (1 << 59) + 1]) == golden.heavy)
    }

    @Test func `a heavy validator leads as often as it weighs, a light one too`() throws {
        let validators = try set([1, 3])
        let led = (1...2_000).count {
            LeaderElection.weighted.leader(of: View(UInt64($0)), epoch: 0, seed: .zero, among: validators)
                == 1
        }
        #expect((1_400...1_600).contains(led))
    }

    @Test func `the turn goes on at the largest numbers`() throws {
        let validators = try set([1, 1, 1])
        let leader = LeaderElection.roundRobin.leader(
            of: View(.max), epoch: Epoch(.max), seed: .zero, among: validators)
        #expect((0..<3).contains(leader))
    }
}
