/// A DNS name: 1 to 253 ASCII letters, digits, hyphens and dots; labels of 1 to 63 without a hyphen at either
/// end.
public struct HostName: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// Longest name in bytes, from RFC 1035.
    public static let bytesMax = 253

    /// - Throws: ``DecodeError/malformedText`` if `text` breaks a rule above.
    public init(_ text: String) throws(DecodeError) {
        guard (1...Self.bytesMax).contains(text.utf8.count) else { throw .malformedText }
        for label in text.split(separator: ".", omittingEmptySubsequences: false) where !Self.isLabel(label) {
            throw .malformedText
        }
        description = text
    }

    private static func isLabel(_ label: Substring) -> Bool {
        guard (1...63).contains(label.utf8.count), label.first != "-", label.last != "-" else { return false }
        return label.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    /// Whether the last label is a number, decimal or hexadecimal, as no top-level domain is.
    package var endsInNumber: Bool {
        guard let last = description.split(separator: ".").last else { return false }
        let digits = last.utf8
        let isPrefixed = last.hasPrefix("0x") || last.hasPrefix("0X")
        return isPrefixed
            ? digits.dropFirst(2).allSatisfy(\.isHexadecimalDigit)
            : digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension HostName: WireValue {
    /// `varint(n) ‖ name`.
    public func encode(into writer: inout Writer) {
        writer.lengthPrefixed(description.utf8)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        // Bytes that are not UTF-8 decode to a character that no name has.
        try self.init(
            String(decoding: try reader.lengthPrefixed(limit: UInt32(Self.bytesMax)), as: UTF8.self))
    }
}
