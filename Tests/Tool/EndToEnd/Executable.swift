import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Testing

/// The built `conclave`, run as people run it.
enum Executable {
    /// Beside the test bundle, where every build leaves it.
    static let path: String = {
        let words = CommandLine.arguments
        let bundle = words.firstIndex(of: "--test-bundle-path").map { words[$0 + 1] } ?? words[0]
        return bundle.split(separator: "/").prefix { !$0.hasSuffix(".xctest") }.reduce("") { $0 + "/" + $1 }
            + "/conclave"
    }()

    /// A program that runs, and what it has printed so far.
    final class Running: Sendable {
        private let process: ChildProcess
        private let seen = Lock([String]())
        let errors: String

        init(
            _ words: [String], of path: String = Executable.path, in context: Context, folder: Folder
        ) throws {
            errors = folder.file("errors-\(folder.names.count)")
            process = try ChildProcess(
                .init(path: path, arguments: words, errors: .file(errors)), in: context)
        }

        var identifier: Int32 { process.identifier }
        /// All lines that were read.
        var lines: [String] { seen.withLock { $0 } }

        func send(_ signal: Signal) { process.send(signal) }

        /// Reads on until `isEnough` holds for a line, and returns that line; nil if the output ends before.
        func line(where isEnough: (String) -> Bool) async -> String? {
            while let line = await process.lines.next() {
                seen.withLock { $0.append(line) }
                if isEnough(line) { return line }
            }
            return nil
        }

        /// Reads to the end; returns how it ended.
        func end() async throws -> ChildProcess.Exit {
            _ = await line { _ in false }
            return try await process.exit()
        }
    }

    /// Runs `body` with a runtime of its own and a folder that is gone afterwards.
    static func scene(_ body: @escaping @Sendable (Context, Folder) async throws -> Void) async throws {
        let runtime = try SystemRuntime(loops: 1, log: .silent)
        let failure = Lock<(any Error)?>(nil)
        let folder = Folder()
        await runtime.context(named: "test").spawn("scene", onFailure: .ignore) { context in
            do {
                try await body(context, folder)
            } catch {
                failure.withLock { $0 = error }
            }
        }.ended()
        await runtime.shutdown()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
