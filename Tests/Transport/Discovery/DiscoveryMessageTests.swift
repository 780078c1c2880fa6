import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport
import ConclaveVectors
import Testing

@Suite struct DiscoveryMessageTests {
    static let limits = DiscoveryMessage.Limits(peersMax: 64, recordsMax: 4)
    let golden: GoldenWire.Discovery
    let namespace: Namespace

    init() throws {
        let file = try GoldenWire.read()
        golden = file.discovery
        namespace = try Namespace(file.namespace)
    }

    @Test func `a greeting of ours is the one that commonware accepted`() throws {
        let expected = golden.greetingAcceptedByCommonware
        let key = try SigningKey(seed: try #require(Hex.bytes(expected.signerSeed)))
        let record = AddressRecord(
            ingress: try Ingress(expected.ingress),
            time: WallTime(milliseconds: expected.timestampMs), key: key, namespace: namespace)
        #expect(Hex.text(DiscoveryMessage.greeting(record).encoded) == expected.plaintext)
        #expect(record.isSigned(in: namespace))
    }

    @Test func `a greeting of commonware is read and its signature verifies`() throws {
        guard case .greeting(let record) = try message(golden.greetingFromCommonware.plaintext) else {
            Issue.record("not a greeting")
            return
        }
        #expect(record.ingress.description == "127.0.0.1:4601")
        #expect(record.peer.description == golden.peerSetSorted[0])
        #expect(record.isSigned(in: namespace))
    }

    @Test func `a bit vector of commonware is read`() throws {
        var bits = Bitmap(count: 3)
        for index in 0..<3 { bits[index] = true }
        let expected = DiscoveryMessage.bitVector(BitVector(index: 0, bits: bits))
        #expect(try message(golden.bitVectorFromCommonware.plaintext) == expected)
    }

    @Test func `an answer of commonware is read and its signatures verify`() throws {
        guard case .peers(let list) = try message(golden.peersFromCommonware.plaintext) else {
            Issue.record("not an answer")
            return
        }
        #expect(list.records.map(\.peer.description) == Array(golden.peerSetSorted.prefix(2)))
        #expect(list.records.allSatisfy { $0.isSigned(in: namespace) })
    }

    @Test func `every message encodes to the bytes it was read from`() throws {
        for plaintext in plaintexts { #expect(Hex.text(try message(plaintext).encoded) == plaintext) }
    }

    @Test func `every message cut anywhere is truncated, and one byte more is too many`() throws {
        for plaintext in plaintexts {
            let bytes = try #require(Hex.bytes(plaintext))
            for count in bytes.indices {
                #expect {
                    try DiscoveryMessage(decoding: Array(bytes.prefix(count)), limits: Self.limits)
                } throws: {
                    if case .truncated = $0 as? DecodeError { true } else { false }
                }
            }
            #expect(throws: DecodeError.trailingBytes(1)) {
                try DiscoveryMessage(decoding: bytes + [0], limits: Self.limits)
            }
        }
    }

    @Test(arguments: [0, 4, 255] as [UInt8]) func `another first byte has no meaning here`(tag: UInt8) {
        #expect(throws: DecodeError.unknownTag(tag)) {
            try DiscoveryMessage(decoding: [tag], limits: Self.limits)
        }
    }

    @Test
    func `more bits than a set may have, or more records than an answer, are refused before they are read`() {
        #expect(throws: DecodeError.aboveLimit(value: 65, limit: 64)) {
            try DiscoveryMessage(decoding: [2, 0, 0, 0, 0, 0, 0, 0, 0, 65], limits: Self.limits)
        }
        #expect(throws: DecodeError.aboveLimit(value: .max, limit: 64)) {
            try DiscoveryMessage(decoding: [2, 0] + [UInt8](repeating: 0xFF, count: 8), limits: Self.limits)
        }
        #expect(throws: DecodeError.aboveLimit(value: 5, limit: 4)) {
            try DiscoveryMessage(decoding: [3, 5], limits: Self.limits)
        }
    }

    private var plaintexts: [String] {
        [
            golden.greetingAcceptedByCommonware.plaintext, golden.greetingFromCommonware.plaintext,
            golden.bitVectorFromCommonware.plaintext, golden.peersFromCommonware.plaintext,
        ]
    }

    private func message(_ hex: String) throws -> DiscoveryMessage {
        try DiscoveryMessage(decoding: try #require(Hex.bytes(hex)), limits: Self.limits)
    }
}
