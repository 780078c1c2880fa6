import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport
import Testing

@Suite struct SynCacheTests {
    let start = WallTime(milliseconds: 1_000_000)
    let peer: PublicKey

    init() throws {
        peer = try #require(PublicKey([UInt8](repeating: 1, count: 32)))
    }

    @Test func `what was inserted is known, once`() throws {
        let cache = SynCache(capacity: 4)
        let key = try ephemeral(1)
        #expect(!cache.contains(peer, key))
        #expect(cache.insert(peer, key, until: start, at: start))
        #expect(cache.contains(peer, key))
        #expect(!cache.insert(peer, key, until: start, at: start))
        #expect(!cache.contains(peer, try ephemeral(2)))
        #expect(cache.count == 1)
    }

    @Test func `the same ephemeral key of another peer is another Syn`() throws {
        let cache = SynCache(capacity: 4)
        let other = try #require(PublicKey([UInt8](repeating: 2, count: 32)))
        #expect(cache.insert(peer, try ephemeral(1), until: start, at: start))
        #expect(!cache.contains(other, try ephemeral(1)))
    }

    @Test func `a full cache forgets its oldest entry`() throws {
        let cache = SynCache(capacity: 3)
        for number in 0..<100 {
            #expect(cache.insert(peer, try ephemeral(UInt8(number)), until: start, at: start))
            #expect(cache.count == min(number + 1, 3))
        }
        #expect(!cache.contains(peer, try ephemeral(96)))
        for number: UInt8 in 97...99 { #expect(cache.contains(peer, try ephemeral(number))) }
    }

    @Test func `an entry goes after its expiry, not at it`() throws {
        let cache = SynCache(capacity: 8)
        let expiry = start.advanced(by: .seconds(10))
        #expect(cache.insert(peer, try ephemeral(1), until: expiry, at: start))
        #expect(cache.insert(peer, try ephemeral(2), until: .init(milliseconds: .max), at: expiry))
        #expect(cache.contains(peer, try ephemeral(1)))
        let after = expiry.advanced(by: .milliseconds(1))
        #expect(cache.insert(peer, try ephemeral(3), until: .init(milliseconds: .max), at: after))
        #expect(!cache.contains(peer, try ephemeral(1)))
        #expect(cache.count == 2)
    }

    private func ephemeral(_ byte: UInt8) throws -> EphemeralPublicKey {
        try #require(EphemeralPublicKey([UInt8](repeating: byte, count: 32)))
    }
}
