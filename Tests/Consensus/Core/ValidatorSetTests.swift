import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import Testing

@testable import ConclaveConsensusCore

@Suite struct ValidatorSetTests {
    private func key(_ number: UInt8) throws -> PublicKey {
        try #require(PublicKey([UInt8](repeating: number, count: 32)))
    }

    @Test func `members stand in the order of their keys`() throws {
        let set = try ValidatorSet([.init(key(3), weight: 5), .init(key(1)), .init(key(2), weight: 2)])
        #expect(set.members.map(\.key) == [try key(1), try key(2), try key(3)])
        #expect(set.totalWeight == 8)
        #expect(set.index(of: try key(2)) == 1)
        #expect(set.index(of: try key(9)) == nil)
    }

    @Test func `what is no set is refused`() throws {
        let one = try key(1)
        #expect(throws: ValidatorSetFault.count(0)) { try ValidatorSet([]) }
        #expect(throws: ValidatorSetFault.notAscending(one)) { try ValidatorSet([.init(one), .init(one)]) }
        #expect(throws: ValidatorSetFault.weightless(one)) { try ValidatorSet([.init(one, weight: 0)]) }
        #expect(throws: ValidatorSetFault.tooHeavy) { try ValidatorSet([.init(one, weight: 1 << 62)]) }
        let other = try key(2)
        #expect(throws: ValidatorSetFault.tooHeavy) {
            try ValidatorSet([.init(one, weight: .max), .init(other, weight: .max)])
        }
    }

    static let quorums: [(weights: [UInt64], least: UInt64)] = [
        ([1, 1, 1, 1], 3), ([1], 1), ([1, 1, 1], 3), ([1, 1, 1, 1, 1, 1, 1], 5), ([5, 1, 1], 5),
        ([1 << 60, 1 << 60, (1 << 60) + 1], (1 << 61) + 1),
    ]

    @Test(arguments: quorums)
    func `a quorum is more than two thirds, whatever the weights`(_ weights: [UInt64], _ least: UInt64) throws
    {
        let set = try ValidatorSet(try weights.enumerated().map { .init(try key(UInt8($0)), weight: $1) })
        #expect(set.isQuorum(least))
        #expect(!set.isQuorum(least - 1))
        #expect(set.isQuorum(.max))
    }

    @Test func `hostile bytes are no set`() throws {
        checkHostile(try ValidatorSet([.init(key(1), weight: 7), .init(key(2), weight: 1)]))
        let unordered = try ValidatorSet([.init(key(1)), .init(key(2))]).encoded
        let swapped = Array(unordered[..<4] + unordered[44...] + unordered[4..<44])
        #expect(throws: DecodeError.notAscending) { try ValidatorSet(decoding: swapped) }
        #expect(throws: DecodeError.truncated(missing: 65_535 * 40)) {
            try ValidatorSet(decoding: [0, 0, 0xFF, 0xFF])
        }
        #expect(throws: DecodeError.aboveLimit(value: 1 << 31, limit: 65_535)) {
            try ValidatorSet(decoding: [0x80, 0, 0, 0])
        }
    }
}
