import Conclave
import ConclaveScenarios
import Testing

@Suite struct LedgerTests {
    let keys = try? (0..<3).map {
        try SigningKey(seed: [UInt8](repeating: UInt8($0 + 1), count: 32)).publicKey
    }

    private func ledger() throws -> (Ledger, [PeerID]) {
        let keys = try #require(keys), ledger = Ledger(keys: keys)
        ledger.authorise([1], for: 0)
        return (ledger, keys)
    }

    private func beat(_ sequence: UInt64, life: Int = 1, speaker: Int = 1) -> Heartbeat {
        Heartbeat(speaker: speaker, life: life, sequence: sequence, priority: .normal)
    }

    @Test func `gaps and new lives are well`() throws {
        let (ledger, keys) = try ledger()
        for heartbeat in [beat(1), beat(5), beat(1, life: 2)] {
            ledger.heard(by: 0, life: 1, from: keys[1], heartbeat)
        }
        #expect(ledger.violation == nil)
    }

    @Test(arguments: [(1, 1), (1, 2)]) func `twice and out of order are found`(life: Int, first: UInt64)
        throws
    {
        let (ledger, keys) = try ledger()
        ledger.heard(by: 0, life: 1, from: keys[1], beat(first, life: life))
        ledger.heard(by: 0, life: 1, from: keys[1], beat(1, life: life))
        #expect(ledger.violation?.contains("after") == true)
    }

    @Test func `an earlier life after a later one is found`() throws {
        let (ledger, keys) = try ledger()
        ledger.heard(by: 0, life: 1, from: keys[1], beat(1, life: 2))
        ledger.heard(by: 0, life: 1, from: keys[1], beat(9, life: 1))
        #expect(ledger.violation != nil)
    }

    @Test(arguments: [(1 << 16, 1), (-1, 1), (1, 1 << 48), (1, .max)])
    func `a life or a number that nobody has come to is found`(life: Int, sequence: UInt64) throws {
        let (ledger, keys) = try ledger()
        ledger.heard(by: 0, life: 1, from: keys[1], beat(sequence, life: life))
        #expect(ledger.violation?.contains("nobody can have said") == true)
    }

    @Test func `the largest life and number are told apart`() throws {
        let (ledger, keys) = try ledger()
        let last = Int(UInt16.max), newest = UInt64(1) << 48 - 1
        for heartbeat in [beat(newest, life: last - 1), beat(1, life: last), beat(newest, life: last)] {
            ledger.heard(by: 0, life: 1, from: keys[1], heartbeat)
        }
        #expect(ledger.violation == nil)
        ledger.heard(by: 0, life: 1, from: keys[1], beat(newest, life: last))
        #expect(ledger.violation?.contains("after message \(newest) of life \(last)") == true)
    }

    @Test func `strangers, other people's keys and damage are found`() throws {
        let (first, keys) = try ledger()
        first.heard(by: 0, life: 1, from: keys[2], beat(1, speaker: 2))
        #expect(first.violation?.contains("not authorised") == true)
        let (second, _) = try ledger()
        second.heard(by: 0, life: 1, from: keys[2], beat(1))
        #expect(second.violation?.contains("another's key") == true)
        let (third, _) = try ledger()
        third.heard(by: 0, life: 1, from: keys[1], nil)
        #expect(third.violation?.contains("nobody said") == true)
    }
}
