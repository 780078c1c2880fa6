import ConclaveChain
import ConclaveCodec
import ConclaveCryptography
import Testing

@Suite struct VerifiedTransactionTests {
    @Test func `a transaction counts on the chain that it was signed for`() throws {
        let signed = Town.signed(0, nonce: 0, .unbond(amount: 1))
        #expect(try VerifiedTransaction(signed, on: Town.chain).hash == signed.hash)
        let other = ChainIdentity(.zero, network: Town.namespace)
        #expect(throws: Refusal.wrongChain) { try VerifiedTransaction(signed, on: other) }
        let network = ChainIdentity(Town.chain.digest, network: try Namespace("CONCLAVE_other"))
        #expect(throws: Refusal.badSignature) { try VerifiedTransaction(signed, on: network) }
    }

    @Test func `nobody signs for another`() {
        let transaction = Transaction(
            chain: Town.chain.digest, sender: Town.key(0), nonce: 0, .unbond(amount: 1))
        let forged = SignedTransaction(transaction, by: Town.keys[1], on: Town.chain)
        #expect(throws: Refusal.badSignature) { try VerifiedTransaction(forged, on: Town.chain) }
    }

    @Test func `no bit of a signed transaction can be changed`() throws {
        let bytes = Town.signed(0, nonce: 200, .rotate(Town.proven(1, for: 0))).encoded
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let signed = try? SignedTransaction(decoding: flipped) else { continue }
            #expect(throws: Refusal.self, "bit \(bit)") { try VerifiedTransaction(signed, on: Town.chain) }
        }
    }
}
