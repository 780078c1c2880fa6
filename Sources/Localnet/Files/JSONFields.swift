import ConclaveArguments
import ConclaveCodec

/// The keys of one JSON object in a file, taken one by one; what nobody takes is an error.
///
/// Every failure is one line that names the file, the key, its value and what would be right.
struct JSONFields {
    private let file: String
    /// Where the object stands in the file: `validators[2].`, or nothing at the top.
    private let place: String
    private var rest: [String: JSONTree]
    private var taken: [String] = []

    /// The object that fills `bytes`.
    init(reading bytes: [UInt8], from path: String) throws(LocalnetFailure) {
        let tree = try JSONTree(reading: bytes, from: path)
        guard case .object(let members) = tree else {
            throw .badInput("\(quoted(path)) holds \(tree.shown) where an object { … } must stand")
        }
        self.init(file: path, place: "", rest: members)
    }

    private init(file: String, place: String, rest: [String: JSONTree]) {
        self.file = file
        self.place = place
        self.rest = rest
    }

    /// Takes a value that `read` understands.
    mutating func value<Value>(
        _ key: String, _ expected: String, _ read: (JSONTree) -> Value?
    ) throws(LocalnetFailure) -> Value {
        guard let value = try optional(key, expected, read) else {
            throw .badInput("\(quoted(file)): \(place)\(key) is missing; it must be \(expected)")
        }
        return value
    }

    /// Takes a value that may be left out.
    mutating func optional<Value>(
        _ key: String, _ expected: String, _ read: (JSONTree) -> Value?
    ) throws(LocalnetFailure) -> Value? {
        taken.append(key)
        guard let tree = rest.removeValue(forKey: key) else { return nil }
        guard let value = read(tree) else { throw wrong(key, tree.shown, expected) }
        return value
    }

    /// Whether a key stands there that was not taken yet.
    func has(_ key: String) -> Bool { rest[key] != nil }

    mutating func integer(_ key: String, in range: ClosedRange<Int>) throws(LocalnetFailure) -> Int {
        try value(key, Self.expected(range)) { Self.integer($0, in: range) }
    }

    mutating func optionalInteger(
        _ key: String, in range: ClosedRange<Int>
    ) throws(LocalnetFailure) -> Int? {
        try optional(key, Self.expected(range)) { Self.integer($0, in: range) }
    }

    private static func expected(_ range: ClosedRange<Int>) -> String {
        "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func integer(_ tree: JSONTree, in range: ClosedRange<Int>) -> Int? {
        if case .integer(let value) = tree, range.contains(value) { value } else { nil }
    }

    mutating func text<Value>(
        _ key: String, _ expected: String, _ read: (String) -> Value?
    ) throws(LocalnetFailure) -> Value {
        try value(key, expected) { tree in
            if case .string(let text) = tree { read(text) } else { nil }
        }
    }

    /// Takes `count` bytes that stand there as hexadecimal digits. What they are is not shown if it is wrong:
    /// it may be a secret.
    mutating func hex(_ key: String, bytes count: Int) throws(LocalnetFailure) -> [UInt8] {
        let expected = "\(count * 2) hexadecimal digits"
        let bytes: [UInt8] = try value(key, expected) { tree in
            if case .string(let text) = tree { Hex.bytes(text) ?? [] } else { [] }
        }
        guard bytes.count == count else { throw wrong(key, "something else", expected) }
        return bytes
    }

    /// Takes the type and version that say what the file is.
    mutating func kind(_ type: String, version: Int) throws(LocalnetFailure) {
        _ = try text("type", quoted(type)) { $0 == type ? $0 : nil }
        _ = try value("version", "\(version)") { $0 == .integer(version) ? $0 : nil }
    }

    /// Takes a list of objects.
    mutating func objects(_ key: String, count: ClosedRange<Int>) throws(LocalnetFailure) -> [JSONFields] {
        try objects(key, value(key, Self.expectedList(count)) { Self.elements($0, count) })
    }

    /// Takes a list of objects that may be left out.
    mutating func optionalObjects(
        _ key: String, count: ClosedRange<Int>
    ) throws(LocalnetFailure) -> [JSONFields] {
        try objects(key, optional(key, Self.expectedList(count)) { Self.elements($0, count) } ?? [])
    }

    private func objects(_ key: String, _ elements: [JSONTree]) throws(LocalnetFailure) -> [JSONFields] {
        var objects: [JSONFields] = []
        for (index, element) in elements.enumerated() {
            guard case .object(let members) = element else {
                throw wrong("\(key)[\(index)]", element.shown, "an object")
            }
            objects.append(JSONFields(file: file, place: "\(place)\(key)[\(index)].", rest: members))
        }
        return objects
    }

    private static func expectedList(_ count: ClosedRange<Int>) -> String {
        "a list of \(count.lowerBound) to \(count.upperBound) objects"
    }

    private static func elements(_ tree: JSONTree, _ count: ClosedRange<Int>) -> [JSONTree]? {
        if case .array(let elements) = tree, count.contains(elements.count) { elements } else { nil }
    }

    /// The object ends here: no key may be left.
    func finish() throws(LocalnetFailure) {
        guard let unknown = rest.keys.min() else { return }
        let advice =
            nearest(to: unknown, among: taken).map { "did you mean \($0)?" }
            ?? "known are " + taken.joined(separator: ", ")
        throw .badInput(
            "\(quoted(file)): \(place)\(unknown.isEmpty ? "''" : unknown) is an unknown key; \(advice)")
    }

    func wrong(_ key: String, _ value: String, _ expected: String) -> LocalnetFailure {
        .badInput("\(quoted(file)): \(place)\(key) is \(value); it must be \(expected)")
    }
}
