import ConclavePrimitives

/// A time of day in UTC with milliseconds, as RFC 3339 writes it.
struct Timestamp: CustomStringConvertible {
    let description: String

    init(_ time: WallTime) {
        let second = time.milliseconds / 1_000
        let date = Self.date(daysSince1970: second / 86_400)
        let clock = [second / 3_600 % 24, second / 60 % 60, second % 60].map { Self.padded($0, to: 2) }
        let day = [Self.padded(date.year, to: 4)] + [date.month, date.day].map { Self.padded($0, to: 2) }
        description =
            day.joined(separator: "-") + "T" + clock.joined(separator: ":")
            + "." + Self.padded(time.milliseconds % 1_000, to: 3) + "Z"
    }

    /// Howard Hinnant's `civil_from_days` (http://howardhinnant.github.io/date_algorithms.html) for days from
    /// 1970 on.
    private static func date(daysSince1970: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        let days = daysSince1970 + 719_468  // since 0000-03-01
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func padded(_ number: UInt64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
