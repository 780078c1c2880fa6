import ConclaveChain
import ConclaveCodec
import ConclaveCryptography
import Testing

@Suite struct SignedTransactionTests {
    static let operations: [Transaction.Operation] = [
        .transfer(to: Town.key(1), amount: 300), .bond(amount: 5, nil),
        .bond(amount: Account.supplyMax, Town.proven(1, for: 0)), .unbond(amount: 1),
        .rotate(Town.proven(2, for: 0)),
    ]

    @Test(arguments: operations)
    func `hostile bytes are an error or another transaction`(operation: Transaction.Operation) {
        Hostile.check(Town.signed(0, nonce: 200, operation))
    }

    @Test func `the bounds of the length are those of the longest and the shortest`() throws {
        let name = String(repeating: String(repeating: "a", count: 62) + ".", count: 4).dropLast() + "b"
        let address = Ingress.name(try HostName(name + ""), port: 1)
        let contact = ProvenContact(
            networkKey: Town.networkKeys[0], address: address, for: Town.key(0), on: Town.chain)
        let longest = Town.signed(0, nonce: .max, .bond(amount: Account.supplyMax, contact))
        #expect((500...SignedTransaction.bytesMax).contains(longest.encoded.count))
        #expect(Town.signed(0, nonce: 0, .unbond(amount: 0)).encoded.count == SignedTransaction.bytesMin)
    }

    @Test func `more than there is cannot be written`() {
        let signed = Town.signed(0, nonce: 0, .unbond(amount: Account.supplyMax + 1))
        #expect(throws: DecodeError.aboveLimit(value: Account.supplyMax + 1, limit: Account.supplyMax)) {
            try SignedTransaction(decoding: signed.encoded)
        }
    }
}
