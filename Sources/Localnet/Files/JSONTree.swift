import ConclaveArguments
import FoundationEssentials

/// Any JSON value that was read.
enum JSONTree: Decodable, Hashable, Sendable {
    case object([String: JSONTree])
    case array([JSONTree])
    case string(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case null

    /// - Parameter path: the file's name, for the message.
    init(reading bytes: [UInt8], from path: String) throws(LocalnetFailure) {
        do {
            self = try JSONDecoder().decode(JSONTree.self, from: Data(bytes))
        } catch {
            throw .badInput("\(quoted(path)) is not JSON")
        }
        if let key = JSONKeys.repeated(in: bytes) {
            throw .badInput("\(quoted(path)): the key \(quoted(key)) stands twice in one object")
        }
    }

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Key.self) {
            var members: [String: JSONTree] = [:]
            for key in object.allKeys {
                members[key.stringValue] = try object.decode(JSONTree.self, forKey: key)
            }
            self = .object(members)
        } else if var array = try? decoder.unkeyedContainer() {
            var elements: [JSONTree] = []
            while !array.isAtEnd { elements.append(try array.decode(JSONTree.self)) }
            self = .array(elements)
        } else {
            self = try Self.leaf(decoder.singleValueContainer())
        }
    }

    private static func leaf(_ value: any SingleValueDecodingContainer) throws -> JSONTree {
        if value.decodeNil() { return .null }
        if let boolean = try? value.decode(Bool.self) { return .boolean(boolean) }
        if let integer = try? value.decode(Int.self) { return .integer(integer) }
        if let number = try? value.decode(Double.self) { return .number(number) }
        return .string(try value.decode(String.self))
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// For messages: the value itself where it is short, its kind otherwise.
    var shown: String {
        switch self {
        case .object: "an object"
        case .array: "a list"
        case .string(let text): quoted(text)
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .boolean(let value): "\(value)"
        case .null: "null"
        }
    }
}
