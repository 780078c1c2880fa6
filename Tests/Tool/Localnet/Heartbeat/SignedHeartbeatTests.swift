import ConclaveCodec
import ConclaveCryptography
import ConclaveLocalnet
import Testing

@Suite struct SignedHeartbeatTests {
    let key: SigningKey
    let network: Namespace
    let signed: SignedHeartbeat

    init() throws {
        key = try SigningKey(seed: Array(repeating: 3, count: 32))
        network = try Namespace("CONCLAVE_test")
        signed = SignedHeartbeat(HeartbeatTests.heartbeat, by: key, network: network)
    }

    @Test func `what its sender signed is believed, after it has travelled too`() throws {
        #expect(signed.isSigned(by: key.publicKey, network: network))
        let arrived = try SignedHeartbeat(decoding: signed.encoded)
        #expect(arrived == signed)
        #expect(arrived.isSigned(by: key.publicKey, network: network))
    }

    @Test func `nobody else's signature is, nor one for another network or another purpose`() throws {
        let other = try SigningKey(seed: Array(repeating: 4, count: 32))
        #expect(!signed.isSigned(by: other.publicKey, network: network))
        #expect(!signed.isSigned(by: key.publicKey, network: try Namespace("CONCLAVE_other")))
        let bare = key.sign(signed.heartbeat.encoded, namespace: network)
        let forged = try SignedHeartbeat(decoding: signed.heartbeat.encoded + bare.bytes)
        #expect(!forged.isSigned(by: key.publicKey, network: network))
    }

    @Test func `no bit of it can be changed on its way`() throws {
        let bytes = signed.encoded
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            guard let arrived = try? SignedHeartbeat(decoding: changed) else { continue }
            #expect(!arrived.isSigned(by: key.publicKey, network: network), "byte \(index)")
        }
    }

    @Test func `every truncation is refused`() {
        let bytes = signed.encoded
        for count in bytes.indices {
            #expect(throws: DecodeError.self) { try SignedHeartbeat(decoding: Array(bytes.prefix(count))) }
        }
    }
}
