import Foundation

/// The text files of a checkout: the one that this test was built from, or a sample in memory.
struct Checkout: Sendable {
    /// In the order of their paths.
    let files: [SourceFile]
    /// Every file, those that are not read included: `.ci/run`, `Tests/Vectors/x.json`.
    let paths: Set<String>

    /// Where this test's sources stand. Read once.
    static let current = Checkout(
        root: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../.."))

    /// A sample: texts by path.
    init(_ texts: [String: String]) {
        files = texts.sorted { $0.key < $1.key }.map { SourceFile(path: $0.key, text: $0.value) }
        paths = Set(texts.keys)
    }

    private init(root: URL) {
        let root = root.standardizedFileURL
        let all =
            (try? FileManager.default.subpathsOfDirectory(atPath: root.path(percentEncoded: false))) ?? []
        let kept = all.filter { !Self.isLeftOut($0) }.sorted()
        paths = Set(kept)
        files = kept.filter(Self.isRead).compactMap { path in
            guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else {
                return nil
            }
            return SourceFile(path: path, text: text)
        }
    }

    var swift: [SourceFile] { files.filter(\.isSwift) }
    var markdown: [SourceFile] { files.filter(\.isMarkdown) }

    func file(_ path: String) -> SourceFile? { files.first { $0.path == path } }

    /// Whether a file or folder of that path exists.
    func holds(_ path: String) -> Bool {
        paths.contains(path) || paths.contains { $0.hasPrefix(path + "/") }
    }

    private static func isLeftOut(_ path: String) -> Bool {
        [".build", ".git", ".localnet"].contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    private static func isRead(_ path: String) -> Bool {
        [".swift", ".c", ".h", ".md"].contains { path.hasSuffix($0) }
    }
}
