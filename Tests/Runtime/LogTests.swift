import ConclavePrimitives
import ConclaveTelemetry
import Synchronization
import Testing

@Suite struct LogTests {
    final class Lines: LogSink {
        private let written = Lock<[String]>([])
        var all: [String] { written.withLock { $0 } }
        func write(_ line: String) { written.withLock { $0.append(line) } }
    }

    /// 2026-02-28 23:59:59.007 UTC.
    static let time = WallTime(milliseconds: 1_772_323_199_007)

    static func log(_ format: LogFormat, level: LogLevel = .info, to lines: Lines) -> Log {
        Log(level: level, format: format, sink: lines, time: { time })
    }

    static func writeSamples(to log: Log) {
        log.info("listening")
        let peers = log.scoped("validator/peers")
        peers.warning(
            "slow", ["peer": "ab12", "missed": 3, "lost": false, "for": .duration(.milliseconds(1_500))])
        peers.error("said \"no\"\nand left", ["reason": "two words", "empty": "", "path": "/tmp/a=b"])
    }

    @Test func `text lines are for people`() {
        let lines = Lines()
        Self.writeSamples(to: Self.log(.text, to: lines))
        let time = "2026-02-28T23:59:59.007Z"
        #expect(
            lines.all == [
                time + " info    listening",
                time + " warning validator/peers: slow peer=ab12 missed=3 lost=false for=1.5s",
                time + #" error   validator/peers: said \"no\"\nand left"#
                    + #" reason="two words" empty="" path="/tmp/a=b""#,
            ])
    }

    @Test func `JSON lines are objects`() {
        let lines = Lines()
        Self.writeSamples(to: Self.log(.json, to: lines))
        let time = #"{"time":"2026-02-28T23:59:59.007Z","#
        #expect(
            lines.all == [
                time + #""level":"info","message":"listening"}"#,
                time + #""level":"warning","scope":"validator/peers","message":"slow","#
                    + #""peer":"ab12","missed":3,"lost":false,"for":1.5}"#,
                time + #""level":"error","scope":"validator/peers","message":"said \"no\"\nand left","#
                    + #""reason":"two words","empty":"","path":"/tmp/a=b"}"#,
            ])
    }

    @Test(arguments: LogFormat.allCases) func `no text can forge a line or drive a terminal`(
        format: LogFormat
    ) {
        let lines = Lines()
        let hostile = "a\r\nb\u{1B}[2J\u{9B}2J\u{7F}\u{0}\u{2028}\u{202E}\u{2066}"
        Self.log(format, to: lines).info(hostile, ["peer": .text(hostile)])
        #expect(lines.all.count == 1)
        let forbidden: [UInt32] = [0x2028, 0x202E, 0x2066]
        #expect(
            !lines.all.joined().unicodeScalars.contains {
                $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || forbidden.contains($0.value)
            })
    }

    @Test func `a line below the level is not even made`() {
        let lines = Lines()
        let log = Self.log(.text, level: .warning, to: lines)
        func never() -> String {
            Issue.record("made a message that nobody reads")
            return ""
        }
        log.info(never(), ["field": .text(never())])
        Log.silent.error(never())
        #expect(lines.all.isEmpty)
        #expect(log.writes(.warning))
        #expect(!log.writes(.info))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ]) func `times are written as RFC 3339 says`(milliseconds: UInt64, expected: String) {
        let lines = Lines()
        Log(level: .info, format: .text, sink: lines, time: { WallTime(milliseconds: milliseconds) }).info(
            "x")
        #expect(lines.all == [expected + " info    x"])
    }

    @Test func `the latest time a peer can name does not trap`() {
        let lines = Lines()
        Log(level: .info, format: .json, sink: lines, time: { WallTime(milliseconds: .max) }).info("x")
        #expect(lines.all.count == 1)
    }
}
