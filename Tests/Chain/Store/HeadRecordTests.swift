import ConclaveCodec
import Testing

@testable import ConclaveChain

@Suite struct HeadRecordTests {
    @Test func `a broken disk gives an error or another record, never the end of the process`() throws {
        let ledger = Ledger(Town.genesis(validators: 1, people: 2)).passing(7)
        let record = HeadRecord(ledger, changes: Array(ledger.accounts.entries(limit: 2)))
        let read = try HeadRecord(decoding: record.encoded)
        #expect(read.height == 7 && read.stateRoot == ledger.stateRoot && read.changes == record.changes)
        #expect(read.roster == ledger.roster && read.nextRoster == ledger.nextRoster)
        for count in 0..<record.encoded.count {
            #expect(throws: (any Error).self) {
                try HeadRecord(decoding: Array(record.encoded.prefix(count)))
            }
        }
        for bit in 0..<record.encoded.count * 8 {
            var flipped = record.encoded
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let other = try? HeadRecord(decoding: flipped) else { continue }
            #expect(other.encoded == flipped, "bit \(bit)")
        }
    }
}
