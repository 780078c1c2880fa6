import Conclave
import ConclaveTestNodes
import Testing

@Suite struct LibraryVersionTests {
    /// The header as the build includes it, behind one that says which LZ4 is installed.
    static let script = """
        work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
        echo "#define LZ4_VERSION_NUMBER $1" >"$work/lz4.h"
        exec 2>&1
        clang -I "$work" -E "$2" >/dev/null
        echo "ended with $?"
        """

    static let shim =
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Sources/CLZ4/shim.h"

    @Test(arguments: [(10_903, false), (10_904, true), (11_000, true)])
    func `A26 the build refuses an LZ4 that can write outside its buffers`(
        version: Int, isAccepted: Bool
    ) async throws {
        try await withRuntime(loops: 1) { context in
            let words = ["-c", Self.script, "build", "\(version)", Self.shim]
            let child = try ChildProcess(.init(path: "/bin/sh", arguments: words), in: context)
            var lines: [String] = []
            for await line in child.lines { lines.append(line) }
            #expect(lines.last == "ended with \(isAccepted ? 0 : 1)", "\(lines)")
            let isToldWhy = lines.contains { $0.contains("Conclave needs LZ4 1.9.4 or later") }
            #expect(isToldWhy == !isAccepted, "\(lines)")
        }
    }
}
