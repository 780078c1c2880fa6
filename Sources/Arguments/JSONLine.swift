/// One JSON object on one line, its keys in the order they were given.
///
/// Written by hand because the order is documented and tested: Foundation's encoder sorts keys or leaves them
/// in the order of a hash table, and every other encoder would have to be downloaded.
public struct JSONLine: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    private struct Member: Hashable, Sendable {
        let key: String
        let value: JSONValue
    }
    private var members: [Member]

    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = elements.map { Member(key: $0.0, value: $0.1) }
    }

    /// Adds a key behind the others.
    public mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
    }

    /// The line, without its line break.
    public var text: String {
        "{" + members.map { "\(JSONValue.string($0.key).text):\($0.value.text)" }.joined(separator: ",") + "}"
    }
}
