struct Purity: Rule {
    /// The folders of the targets that know no clock, task or socket.
    let folders = [
        "Sources/Primitives/", "Sources/Codec/", "Sources/Cryptography/", "Sources/Transport/",
        "Sources/Peers/Core/", "Sources/Consensus/Core/", "Sources/Consensus/Trials/",
    ]
    let name = "a pure target reaches nothing outside"
    let reason =
        "What takes time, chance and identity as arguments runs the same on sockets and in a simulation."

    var bad: [Checkout] {
        [
            "import Glibc", "public import FoundationEssentials", "import struct Foundation.Date",
            "import Dispatch",
            "import ConclaveRuntime", "import ConclaveSystem", "import CConclaveSystem", "let x = await f()",
            "public actor Link {}",
        ].map { Checkout(["Sources/Peers/Core/A.swift": $0]) }
    }
    var good: [Checkout] {
        [
            Checkout(["Sources/Codec/A.swift": "import ConclavePrimitives\n// await the actor\nlet actor = 1"]
            ),
            Checkout(["Sources/Peers/Shell/A.swift": "import ConclaveRuntime\nactor Link {}"]),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.swift.filter { $0.isUnder(folders) }.flatMap { file in
            imports(of: file) + suspensions(in: file) + actors(in: file)
        }
    }

    private func imports(of file: SourceFile) -> [Violation] {
        file.imports.filter { isOutside($0.module) }.map {
            Violation(file.path, line: $0.line, "imports \($0.module)")
        }
    }

    private func isOutside(_ module: String) -> Bool {
        ["Glibc", "Musl", "Dispatch", "ConclaveRuntime", "ConclaveSimulation", "ConclaveTelemetry"].contains(
            module)
            || ["Foundation", "ConclaveSystem", "CConclaveSystem"].contains { module.hasPrefix($0) }
    }

    private func suspensions(in file: SourceFile) -> [Violation] {
        file.occurrences(of: ["await"]).map { Violation(file.path, line: file.tokens[$0].line, "awaits") }
    }

    private func actors(in file: SourceFile) -> [Violation] {
        file.occurrences(of: ["actor"]).filter { $0 + 1 < file.tokens.count && file.tokens[$0 + 1].isWord }
            .map {
                Violation(file.path, line: file.tokens[$0].line, "declares an actor")
            }
    }
}
