struct SystemLibraries: Rule {
    /// Who may import what is written in C.
    let importers = [
        "CConclaveSodium": ["Sources/Cryptography/", "Tests/Cryptography/"],
        "CConclaveCrypto": ["Sources/Cryptography/", "Tests/Cryptography/"],
        "CConclaveSystem": ["Sources/Runtime/System/", "Tests/Runtime/"],
        "CConclaveSQLite": ["Sources/Runtime/System/Storage/"],
        "CConclaveMemory": ["Sources/Runtime/"],
        "CConclaveHTTP": ["Sources/HTTP/"],
        "CConclaveLZ4": ["Sources/Transport/Compression/"],
    ]
    let name = "a C library has one importer"
    let reason = "Its traps, its memory and its versions are looked after in one place."

    var bad: [Checkout] {
        [
            "CConclaveSodium", "CConclaveCrypto", "CConclaveSystem", "CConclaveSQLite", "CConclaveHTTP",
            "CConclaveLZ4", "CConclaveMemory",
        ].map {
            Checkout(["Sources/Peers/Shell/A.swift": "internal import \($0)"])
        }
    }
    var good: [Checkout] {
        [
            Checkout(["Sources/Cryptography/Keys/A.swift": "import CConclaveSodium\nimport CConclaveCrypto"]),
            Checkout(["Sources/Runtime/System/A.swift": "import CConclaveSystem"]),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.swift.flatMap { file in
            file.imports.filter { imported in
                importers[imported.module].map { !file.isUnder($0) } ?? false
            }.map { Violation(file.path, line: $0.line, "imports \($0.module)") }
        }
    }
}
