import ConclaveArguments
import Testing

@Suite struct ValueKindsTests {
    func read<Value>(_ kind: ValueKind<Value>, _ word: String) -> Value? {
        try? kind.value(of: word, for: "--x")
    }

    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("10s", .seconds(10)), ("5m", .seconds(300)),
        ("1h", .seconds(3_600)),
        ("007s", .seconds(7)),
    ])
    func `durations have a unit`(word: String, duration: Duration) {
        #expect(read(.duration, word) == duration)
    }

    @Test(arguments: [
        "", "10", "s", "ms", "-1s", "+1s", "1.5s", "1 s", " 1s", "0ms", "1d", "9223372036854775807h", "1S",
        "１s",
    ])
    func `other durations are refused`(word: String) {
        #expect(read(.duration, word) == nil)
    }

    @Test(arguments: [("64", 64), ("0", 0), ("64KiB", 65_536), ("1MiB", 1_048_576), ("2GiB", 2_147_483_648)])
    func `sizes are bytes or have a binary unit`(word: String, bytes: Int) {
        #expect(read(.size(), word) == bytes)
        #expect(sizeText(bytes) == word)
    }

    @Test(arguments: [
        "", "KiB", "-1", "1KB", "1kib", "1.5MiB", "9223372036854775807KiB", "9223372036854775808", "0x10",
    ])
    func `other sizes are refused`(word: String) {
        #expect(read(.size(), word) == nil)
    }

    @Test func `a size out of its range is refused with the range`() {
        let error = #expect(throws: UsageError.self) {
            try ValueKind.size(1...65_536).value(of: "1MiB", for: "--size")
        }
        #expect(error?.message == "--size: '1MiB' is not a size such as 64, 64KiB or 1MiB from 1 to 64KiB")
    }

    @Test(arguments: [
        (Duration.milliseconds(250), "250ms"), (.milliseconds(1_500), "1500ms"), (.seconds(10), "10s"),
        (.seconds(60), "1m"),
        (.seconds(90), "90s"), (.seconds(7_200), "2h"),
    ])
    func `a default is shown as it would be typed`(duration: Duration, word: String) {
        #expect(durationText(duration) == word)
    }

    @Test func `hexadecimal keys have their exact length`() {
        #expect(read(.hex(bytes: 2), "0aFF") == [10, 255])
        for word in ["", "0a", "0aFF00", "0aFG", "0aF"] {
            #expect(read(.hex(bytes: 2), word) == nil, "\(word)")
        }
    }

    enum Meal: String, CaseIterable {
        case breakfast, lunch, dinner
    }

    @Test func `a choice names its cases`() {
        #expect(read(.choice("MEAL") as ValueKind<Meal>, "lunch") == .lunch)
        let error = #expect(throws: UsageError.self) {
            try (.choice("MEAL") as ValueKind<Meal>).value(of: "brunch", for: "--meal")
        }
        #expect(error?.message == "--meal: 'brunch' is not breakfast, lunch or dinner")
    }
}
