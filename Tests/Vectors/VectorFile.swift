internal import Foundation

/// Reads the vectors that tests compare with: our own golden ones beside this file, published ones in the
/// folder `shared/vectors` beside the package.
public enum VectorFile {
    /// One of the JSON files beside this one.
    public static func golden<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws
        -> Value
    {
        try decode(folder.appendingPathComponent(name))
    }

    /// One of the published files, by its path under `shared/vectors`.
    public static func published<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) throws
        -> Value
    {
        try decode(publishedFolder.appendingPathComponent(path))
    }

    /// Whether a test of a published file shall run: the file is there, or it has to be (`CI=true`) and the
    /// test shall fail for want of it.
    public static func shallTest(_ path: String) -> Bool {
        ProcessInfo.processInfo.environment["CI"] == "true"
            || FileManager.default.fileExists(atPath: publishedFolder.appendingPathComponent(path).path)
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let publishedFolder = folder.appendingPathComponent("../../../shared/vectors")
        .standardizedFileURL

    private static func decode<Value: Decodable>(_ url: URL) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: try Data(contentsOf: url))
    }
}
