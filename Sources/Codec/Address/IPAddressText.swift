// By hand: the pure targets import no Glibc, whose inet_pton is of no use to them, and a text must have one
// meaning.
extension IPAddress: CustomStringConvertible {
    /// Four decimal numbers without leading zeros, or IPv6 as RFC 4291 writes it, `::` and a final IPv4
    /// included. No zone, no brackets.
    ///
    /// - Throws: ``DecodeError/malformedText``.
    public init(_ text: String) throws(DecodeError) {
        guard let raw = Self.v4(text[...]) ?? Self.v6(text[...]), let address = IPAddress(networkOrder: raw)
        else {
            throw .malformedText
        }
        self = address
    }

    /// Dotted decimal, or the one form of RFC 5952: lower case, the first of the longest runs of zeros as
    /// `::`.
    public var description: String {
        isV4 ? bytes.map(String.init).joined(separator: ".") : Self.v6Text(groups)
    }

    private var groups: [UInt16] {
        let bytes = bytes
        return stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    }

    private static func v6Text(_ groups: [UInt16]) -> String {
        let digits = groups.map { String($0, radix: 16) }
        guard let run = longestZeros(groups) else { return digits.joined(separator: ":") }
        return digits[..<run.lowerBound].joined(separator: ":") + "::"
            + digits[run.upperBound...].joined(separator: ":")
    }

    /// The first of the longest runs of at least two zeros.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var longest = 0..<1
        var start = 0
        for index in groups.indices {
            if groups[index] != 0 { start = index + 1 }
            if index + 1 - start > longest.count { longest = start..<index + 1 }
        }
        return longest.count >= 2 ? longest : nil
    }

    private static func v4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard let number = Decimal.number(part, digits: 3, limit: 255) else { return nil }
            bytes.append(UInt8(number))
        }
        return bytes
    }

    private static func v6(_ text: Substring) -> [UInt8]? {
        guard text.utf8.count <= 45 else { return nil }  // the longest that RFC 4291 allows
        guard let gap = gap(in: text) else {
            guard let all = groups(text, last: .mayBeV4), all.count == 16 else { return nil }
            return all
        }
        guard let left = groups(text[..<gap.lowerBound], last: .isGroup),
            let right = groups(text[gap.upperBound...], last: .mayBeV4), left.count + right.count <= 14
        else { return nil }
        return left + [UInt8](repeating: 0, count: 16 - left.count - right.count) + right
    }

    /// Where the first `::` stands.
    private static func gap(in text: Substring) -> Range<Substring.Index>? {
        var previous: Substring.Index?
        for index in text.utf8.indices {
            let isColon = text.utf8[index] == UInt8(ascii: ":")
            if isColon, let start = previous { return start..<text.utf8.index(after: index) }
            previous = isColon ? index : nil
        }
        return nil
    }

    private enum LastGroup {
        case isGroup, mayBeV4
    }

    /// The bytes of groups with single colons between them; none for no text.
    private static func groups(_ text: Substring, last: LastGroup) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if let group = hexadecimal(part) {
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            } else if last == .mayBeV4, index == parts.count - 1, let embedded = v4(part) {
                bytes += embedded
            } else {
                return nil
            }
        }
        return bytes
    }

    private static func hexadecimal(_ text: Substring) -> UInt16? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ $0.isHexadecimalDigit }) else {
            return nil
        }
        return UInt16(text, radix: 16)
    }
}

/// Decimal numbers in their one form, as addresses and ports are written.
enum Decimal {
    /// Up to `digits` digits without a leading zero or sign, at most `limit`.
    static func number(_ text: Substring, digits: Int, limit: Int) -> Int? {
        guard (1...digits).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0"),
            let number = Int(text), number <= limit
        else { return nil }
        return number
    }
}
