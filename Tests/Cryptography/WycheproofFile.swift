import ConclaveCodec
import ConclaveVectors
import Testing

/// What a published case demands.
enum WycheproofResult: String, Decodable {
    case valid, invalid, acceptable
}

protocol WycheproofCase: Decodable {
    var tcId: Int { get }
    var flags: [String] { get }
    var result: WycheproofResult { get }
}

/// A file of Project Wycheproof whose groups carry nothing that its cases need.
struct WycheproofFile<Case: WycheproofCase>: Decodable {
    struct Group: Decodable {
        let tests: [Case]
    }
    let numberOfTests: Int
    let testGroups: [Group]

    /// All cases; `expected` keeps a file that lost half of them from passing.
    static func cases(_ path: String, expected: Int) throws -> [Case] {
        let file = try VectorFile.published(path, as: Self.self)
        let cases = file.testGroups.flatMap(\.tests)
        try #require(file.numberOfTests == expected && cases.count == expected)
        return cases
    }
}

/// What a published text spells.
func bytes(_ hex: String) throws -> [UInt8] {
    try #require(Hex.bytes(hex))
}
