import ConclaveCodec

extension ValueKind where Value == String {
    /// Any text but none.
    public static var text: ValueKind {
        ValueKind("TEXT", expected: "a text of at least one letter") { $0.isEmpty ? nil : $0 }
    }

    /// The path of a file.
    public static var file: ValueKind {
        ValueKind("FILE", expected: "the path of a file") { $0.isEmpty ? nil : $0 }
    }

    /// The path of a folder.
    public static var folder: ValueKind {
        ValueKind("FOLDER", expected: "the path of a folder") { $0.isEmpty ? nil : $0 }
    }
}

extension ValueKind where Value == Int {
    /// A whole number in `range`.
    public static func integer(_ range: ClosedRange<Int>) -> ValueKind {
        let upper = range.upperBound == .max ? "upwards" : "to \(range.upperBound)"
        return ValueKind("N", expected: "a whole number from \(range.lowerBound) \(upper)") { word in
            Int(word).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A number of bytes in `range`, with the units KiB, MiB and GiB.
    public static func size(_ range: ClosedRange<Int> = 0...Int.max) -> ValueKind {
        let limits = " from \(sizeText(range.lowerBound)) to \(sizeText(range.upperBound))"
        let bounds = range == 0...Int.max ? "" : limits
        let expected = "a size such as 64, 64KiB or 1MiB" + bounds
        return ValueKind("SIZE", expected: expected, show: sizeText) { word in
            sizeValue(word).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ValueKind where Value == Duration {
    /// A time above zero, with the units ms, s, m and h.
    public static var duration: ValueKind {
        let expected = "a duration such as 250ms, 10s, 5m or 1h"
        return ValueKind("DURATION", expected: expected, show: durationText, read: durationValue)
    }
}

extension ValueKind where Value == [UInt8] {
    /// Exactly `count` bytes in hexadecimal digits.
    public static func hex(bytes count: Int) -> ValueKind {
        ValueKind(
            "HEX", expected: "\(count * 2) hexadecimal digits", show: { Hex.text($0) },
            read: { word in Hex.bytes(word).flatMap { $0.count == count ? $0 : nil } })
    }
}

extension ValueKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of the cases, of which there are two at least, by its raw value.
    public static func choice(_ metavariable: String) -> ValueKind {
        let names = Value.allCases.map(\.rawValue)
        let listed = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        return ValueKind(metavariable, expected: listed, show: { $0.rawValue }, read: { Value(rawValue: $0) })
    }
}

private let sizeUnits = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]

/// `bytes` in the largest unit that divides it.
public func sizeText(_ bytes: Int) -> String {
    let unit = sizeUnits.first { bytes > 0 && bytes.isMultiple(of: $0.1) }
    return unit.map { "\(bytes / $0.1)\($0.0)" } ?? "\(bytes)"
}

private func sizeValue(_ word: String) -> Int? {
    let unit = sizeUnits.first { word.hasSuffix($0.0) }
    guard let count = digits(word.dropLast(unit?.0.utf8.count ?? 0)) else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit?.1 ?? 1)
    return overflow ? nil : bytes
}

// "ms" before "m" and "s": the first unit that ends the word counts.
private let durationUnits = [("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]

/// `duration` in the largest unit that divides its milliseconds.
public func durationText(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    let unit = durationUnits.dropFirst().first { milliseconds > 0 && milliseconds.isMultiple(of: $0.1) }
    return unit.map { "\(milliseconds / $0.1)\($0.0)" } ?? "\(milliseconds)ms"
}

private func durationValue(_ word: String) -> Duration? {
    guard let unit = durationUnits.first(where: { word.hasSuffix($0.0) }),
        let count = digits(word.dropLast(unit.0.utf8.count)), count > 0
    else { return nil }
    let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.1)
    return overflow ? nil : .milliseconds(milliseconds)
}

/// A number of digits alone: no sign, no space.
private func digits(_ word: some StringProtocol) -> Int? {
    word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(word) : nil
}
