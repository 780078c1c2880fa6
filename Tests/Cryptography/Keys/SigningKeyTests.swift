import ConclaveCodec
import ConclaveCryptography
import Testing

@Suite struct SigningKeyTests {
    // RFC 8032, 7.1, test 1.
    static let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    static let publicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

    @Test func `the public key is the one of RFC 8032`() throws {
        let key = try SigningKey(seed: try #require(Hex.bytes(Self.seed)))
        #expect(key.publicKey.description == Self.publicKey)
    }

    @Test func `what is signed verifies`() throws {
        let key = try SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let namespace = try Namespace("CHAT")
        let signature = key.sign(Array("hello".utf8), namespace: namespace)
        let isGenuine = key.publicKey.verifies(signature, of: Array("hello".utf8), namespace: namespace)
        #expect(isGenuine)
    }

    @Test func `the seed comes out as it went in`() throws {
        let seed = (0..<32).map { UInt8($0 * 7) }
        #expect(try SigningKey(seed: seed).seedBytes == seed)
        #expect(seed == (0..<32).map { UInt8($0 * 7) }, "the caller's copy is the caller's")
    }

    @Test func `a message is always signed alike, another one otherwise`() throws {
        let key = try SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let namespace = try Namespace("CHAT")
        #expect(key.sign([1], namespace: namespace) == key.sign([1], namespace: namespace))
        #expect(key.sign([1], namespace: namespace) != key.sign([2], namespace: namespace))
        #expect(key.sign([1], namespace: namespace) != key.sign([1], namespace: try Namespace("OTHER")))
    }

    @Test(arguments: [0, 31, 33, 64]) func `a seed of another length is refused`(count: Int) {
        #expect(throws: KeyError.length(expected: 32, given: count)) {
            try SigningKey(seed: [UInt8](repeating: 1, count: count))
        }
    }

    @Test func `the text of a key does not hold its secret`() throws {
        let key = try SigningKey(seed: try #require(Hex.bytes(Self.seed)))
        let text = "\(key) \(String(reflecting: key))"
        #expect(!text.contains(Self.seed.prefix(8)))
    }

    @Test func `many threads sign with one key`() async throws {
        let key = try SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let namespace = try Namespace("CHAT")
        let expected = key.sign([1], namespace: namespace)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { (0..<50).allSatisfy { _ in key.sign([1], namespace: namespace) == expected } }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
