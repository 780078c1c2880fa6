/// Names a store or a table: 1 to 64 lower-case letters, digits and hyphens, a letter first. It becomes the
/// name of a file, so that nothing else may stand in it.
public struct StorageName: Hashable, Sendable {
    public static let lengthMax = 64

    public let text: String

    /// Nil if `text` is no such name.
    public init?(_ text: String) {
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"):
                true
            case _: false
            }
        }
        guard isName, (1...Self.lengthMax).contains(text.utf8.count),
            text.first?.isLetter == true
        else { return nil }
        self.text = text
    }
}

extension StorageName: ExpressibleByStringLiteral {
    /// Traps if the literal is no name: it stands in our own code.
    public init(stringLiteral text: String) {
        guard let name = StorageName(text) else { preconditionFailure("\(text) is no name of a store") }
        self = name
    }
}

extension StorageName: Comparable, CustomStringConvertible {
    public static func < (left: StorageName, right: StorageName) -> Bool { left.text < right.text }
    public var description: String { text }
}
