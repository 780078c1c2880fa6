import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport
import Testing

/// Every integer that a peer can send, at both ends of its range, in otherwise good bytes.
@Suite struct IntegerEdgeTests {
    private static let limits = DiscoveryMessage.Limits(peersMax: 64, recordsMax: 4)
    private static let numbers: [UInt64] = [
        0, 1, 63, 64, 65, 1 << 31, UInt64(UInt32.max) - 1, UInt64(UInt32.max), 1 << 32, 1 << 63, .max - 1,
        .max,
    ]

    @Test func `A13 every integer of a discovery message is carried or refused, and never traps`() throws {
        for message in try Self.messages {
            do throws(DecodeError) {
                let value = try DiscoveryMessage(decoding: message, limits: Self.limits)
                #expect(value.encoded == message)
            } catch {
                #expect(error != .malformedText || message.count > 9)
            }
        }
    }

    @Test func `A13 every time of a record is carried, and its signature is over it`() throws {
        let key = try SigningKey(seed: [UInt8](repeating: 1, count: 32)), namespace = try Namespace("TEST")
        for number in Self.numbers {
            let record = AddressRecord(
                ingress: try Ingress("1.2.3.4:5"), time: WallTime(milliseconds: number), key: key,
                namespace: namespace)
            let read = try AddressRecord(decoding: record.encoded)
            #expect(read.time == WallTime(milliseconds: number) && read.isSigned(in: namespace))
        }
    }

    @Test func `A13 channel and length at every edge are found out`() async throws {
        try await Arena.run(maxMessageBytes: 1_000) { arena in
            for channel in Self.numbers where channel > 1 {
                let session = try await arena.session()
                try await arena.expect(
                    session, sending: session.message([1], channel: channel),
                    endsWith: .unknownChannel(channel))
            }
            for length in Self.numbers where length > 1 {
                let session = try await arena.session()
                var plaintext = Writer()
                plaintext.byte(0)
                plaintext.varint(0)
                plaintext.varint(length)
                try await arena.expect(
                    session, sending: session.record(plaintext.bytes),
                    endsWith: .malformed(Self.fault(length)))
            }
        }
    }

    /// A length is a number of 32 bits: in the fifth byte only four of them are left, and there is no sixth.
    private static func fault(_ length: UInt64) -> DecodeError {
        if length > UInt64(UInt32.max) {
            return length >> 28 & 0x7F > 0xF ? .varintOverflow : .nonCanonicalVarint
        }
        return length > 1_000 ? .aboveLimit(value: length, limit: 1_000) : .truncated(missing: Int(length))
    }

    private static var messages: [[UInt8]] {
        get throws {
            var messages: [[UInt8]] = []
            for number in numbers {
                var index = Writer(), bits = Writer(), records = Writer(), host = Writer()
                index.byte(2)
                index.varint(number)
                index.append([0, 0, 0, 0, 0, 0, 0, 3, 5])
                bits.append([2, 0])
                bits.integer(number)
                bits.append([UInt8](repeating: 0, count: Int(min(number, 64) + 7) / 8))
                records.byte(3)
                records.varint(number)
                host.append([1, 1])
                host.varint(number)
                host.append(Array("example".utf8))
                messages += [index, bits, records, host].map(\.bytes)
            }
            return messages
        }
    }
}
