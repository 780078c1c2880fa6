import ConclaveCodec
import ConclaveLocalnet
import ConclavePrimitives
import Testing

@Suite struct HeartbeatTests {
    static let echoes = [
        Heartbeat.Echo(peer: peer(1), height: 7, heldMicroseconds: 12_345),
        Heartbeat.Echo(peer: peer(2), height: .max, heldMicroseconds: .max),
    ]
    static let heartbeat = Heartbeat(
        incarnation: 0x0102_0304_0506_0708, height: 9, sentAt: WallTime(milliseconds: 1_700_000_000_000),
        echoes: echoes)

    @Test func `the bytes are those of the table in ConclaveLocalnet`() {
        let small = Heartbeat(
            incarnation: 1, height: 2, sentAt: WallTime(milliseconds: 3),
            echoes: [.init(peer: peer(5), height: 4, heldMicroseconds: 300)])
        let zeros = String(repeating: "00", count: 31)
        #expect(
            Hex.text(small.encoded) == "0000000000000001" + "0000000000000002" + "0000000000000003"
                + "01" + zeros + "05" + "0000000000000004" + "ac02")
    }

    @Test(arguments: [
        heartbeat, Heartbeat(incarnation: 0, height: 0, sentAt: WallTime(milliseconds: 0), echoes: []),
    ])
    func `what is written is read back`(heartbeat: Heartbeat) throws {
        #expect(try Heartbeat(decoding: heartbeat.encoded) == heartbeat)
    }

    @Test func `every truncation is refused as one`() {
        let bytes = Self.heartbeat.encoded
        for count in bytes.indices {
            let error = #expect(throws: DecodeError.self) {
                try Heartbeat(decoding: Array(bytes.prefix(count)))
            }
            guard case .truncated(let missing)? = error else {
                Issue.record("\(count) bytes: \(String(describing: error))")
                continue
            }
            #expect(missing > 0 && count + missing <= bytes.count)
        }
    }

    @Test func `a byte behind the end is refused`() {
        #expect(throws: DecodeError.trailingBytes(1)) {
            try Heartbeat(decoding: Self.heartbeat.encoded + [0])
        }
    }

    @Test func `more echoes than the bound are refused before they are read`() {
        var writer = Writer()
        for _ in 0..<3 { writer.integer(UInt64(1)) }
        writer.varint(UInt64(Heartbeat.echoesMax) + 1)
        let bytes = writer.bytes
        #expect(throws: DecodeError.aboveLimit(value: 33, limit: 32)) { try Heartbeat(decoding: bytes) }
    }

    @Test func `a heartbeat is never made with more echoes than the bound, and stays below 2 KiB`() {
        let echo = Heartbeat.Echo(peer: peer(1), height: 1, heldMicroseconds: .max)
        let full = Heartbeat(
            incarnation: .max, height: .max, sentAt: WallTime(milliseconds: .max),
            echoes: Array(repeating: echo, count: 100))
        #expect(full.echoes.count == Heartbeat.echoesMax)
        #expect(full.encoded.count + 64 < 2_048)
    }
}
