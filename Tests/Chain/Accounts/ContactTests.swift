import ConclaveChain
import ConclaveCodec
import Testing

@Suite struct ContactTests {
    @Test func `hostile bytes are an error or another contact`() throws {
        Hostile.check(Town.proven(1, for: 2))
        let name = ProvenContact(
            networkKey: Town.networkKeys[1], address: try Ingress("node-1.example:4000"), for: Town.key(2),
            on: Town.chain)
        Hostile.check(name)
    }

    @Test func `a proof holds for one account, one address and one chain`() throws {
        let proven = Town.proven(1, for: 2)
        _ = try Town.verified(2, nonce: 0, .bond(amount: 1, proven))
        #expect(throws: Refusal.unprovenContact) {
            try Town.verified(3, nonce: 0, .bond(amount: 1, proven))
        }
        let other = ChainIdentity(.zero, network: Town.namespace)
        let foreign = ProvenContact(
            networkKey: Town.networkKeys[1], address: Town.address(1), for: Town.key(2), on: other)
        #expect(throws: Refusal.unprovenContact) { try Town.verified(2, nonce: 0, .rotate(foreign)) }
        var bytes = proven.encoded
        bytes[38] ^= 1  // a bit of the address
        let moved = try ProvenContact(decoding: bytes)
        #expect(moved.contact.networkKey == proven.contact.networkKey)
        #expect(throws: Refusal.unprovenContact) { try Town.verified(2, nonce: 0, .rotate(moved)) }
    }
}
