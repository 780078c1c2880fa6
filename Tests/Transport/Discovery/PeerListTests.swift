import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport
import Testing

@Suite struct PeerListTests {
    /// With the longest name that there can be.
    private func record() throws -> AddressRecord {
        let label = String(repeating: "a", count: 63)
        let name = [label, label, label, String(label.dropLast(2))].joined(separator: ".")
        return AddressRecord(
            ingress: try Ingress("\(name):3000"), time: WallTime(milliseconds: .max),
            key: try SigningKey(seed: [UInt8](repeating: 1, count: 32)), namespace: try Namespace("TEST"))
    }

    @Test(arguments: [(0, 0), (512, 1), (800, 2), (65_536, 32)])
    func `an answer holds as many records as its receiver takes`(messageBytesMax: Int, expected: Int) throws {
        let limits = DiscoveryMessage.Limits(
            peersMax: 100, recordsMax: 32, messageBytesMax: messageBytesMax)
        let records = Array(repeating: try record(), count: 40)
        let message = DiscoveryMessage.peers(PeerList(records, within: limits))
        #expect(message.encoded.count <= messageBytesMax + 16)
        guard case .peers(let list) = try DiscoveryMessage(decoding: message.encoded, limits: limits) else {
            Issue.record("not a list")
            return
        }
        #expect(list.records.count == expected)
    }

    @Test func `a greeting with the longest name fits the smallest message that discovery allows`() throws {
        #expect(DiscoveryMessage.greeting(try record()).encoded.count <= 512 + 16)
    }
}
