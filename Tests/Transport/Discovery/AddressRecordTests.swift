import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport
import Testing

@Suite struct AddressRecordTests {
    let namespace: Namespace
    let record: AddressRecord
    let bytes: [UInt8]

    init() throws {
        namespace = try Namespace("CHAT")
        let key = try SigningKey(seed: [UInt8](repeating: 1, count: 32))
        record = AddressRecord(
            ingress: try Ingress("validator.example:3000"),
            time: WallTime(milliseconds: 1_700_000_000_000), key: key, namespace: namespace)
        bytes = record.encoded
    }

    @Test func `a record is read back equal`() throws {
        #expect(try AddressRecord(decoding: bytes) == record)
    }

    @Test func `no record with a bit flipped is signed`() {
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let read = try? AddressRecord(decoding: changed)
            #expect(read?.isSigned(in: namespace) != true, "bit \(bit)")
        }
        #expect(record.isSigned(in: namespace))
    }

    @Test func `a record put under another key is not signed`() throws {
        let other = try SigningKey(seed: [UInt8](repeating: 2, count: 32)).publicKey
        let keyStart = bytes.count - Signature.byteCount - PublicKey.byteCount
        let stolen = Array(bytes.prefix(keyStart)) + other.bytes + record.signature.bytes
        #expect(!(try AddressRecord(decoding: stolen)).isSigned(in: namespace))
    }

    @Test func `a record of another network is not signed`() throws {
        #expect(!record.isSigned(in: try Namespace("CHAT2")))
        #expect(!record.isSigned(in: namespace.appending("_TRACKER")))
    }

    @Test(arguments: [0, 1, UInt64.max - 1, UInt64.max]) func `any time is carried`(milliseconds: UInt64)
        throws
    {
        let key = try SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let record = AddressRecord(
            ingress: .socket(SocketAddress(.loopback, port: 0)),
            time: WallTime(milliseconds: milliseconds), key: key, namespace: namespace)
        #expect(try AddressRecord(decoding: record.encoded) == record)
    }
}
