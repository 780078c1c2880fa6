import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Foundation
import Testing

/// The built `conclave-bench`, run as people run it.
struct BenchProcess {
    let lines: [String]
    let exit: ChildProcess.Exit

    /// Beside the test bundle, where every build leaves it.
    private static let path: String = {
        let words = CommandLine.arguments
        let bundle = words.firstIndex(of: "--test-bundle-path").map { words[$0 + 1] } ?? words[0]
        return bundle.split(separator: "/").prefix { !$0.hasSuffix(".xctest") }.reduce("") { $0 + "/" + $1 }
            + "/conclave-bench"
    }()

    /// Runs it to its end with these words.
    init(_ words: String) async throws {
        let runtime = try SystemRuntime(loops: 1, log: .silent)
        let outcome = Lock<Result<([String], ChildProcess.Exit), any Error>?>(nil)
        await runtime.context(named: "test").spawn("bench", onFailure: .ignore) { context in
            do {
                let command = ChildProcess.Command(
                    path: Self.path, arguments: words.split(separator: " ").map(String.init),
                    errors: .file("/dev/null"))
                let process = try ChildProcess(command, in: context)
                var lines: [String] = []
                while let line = await process.lines.next() { lines.append(line) }
                let exit = try await process.exit()
                outcome.withLock { $0 = .success((lines, exit)) }
            } catch {
                outcome.withLock { $0 = .failure(error) }
            }
        }.ended()
        await runtime.shutdown()
        (lines, exit) = try #require(outcome.withLock { $0 }).get()
    }

    /// The numbers of the last line, which is a JSON object.
    var figures: [String: Double] {
        let object = lines.last.flatMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) }
        return (object as? [String: Any] ?? [:]).compactMapValues { ($0 as? NSNumber)?.doubleValue }
    }

    /// The keys of the last line, in order.
    var keys: [String] {
        (lines.last ?? "").split(separator: "\"").map(String.init).enumerated()
            .compactMap { $0.offset % 2 == 1 ? $0.element : nil }
    }
}
