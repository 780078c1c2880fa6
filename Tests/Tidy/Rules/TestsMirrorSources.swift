struct TestsMirrorSources: Rule {
    /// What no single source file stands for, each with what it is instead.
    let exceptions = [
        "ConsensusGates": "the gates of Docs/Consensus.md one by one",
        "CrossedDial": "the reservations of two peers together",
        "GoldenHandshake": "recorded bytes of whole handshakes",
        "Rules": "the rules of Tests/Tidy together",
    ]
    /// Folders of tests of the whole.
    let allowed = ["Tests/Scenarios/", "Tests/Adversary/", "Tests/Vectors/", "Tests/Fuzz/"]
    let name = "a test file is named after the source file that it tests"
    let reason = "Who reads one finds the other."

    var bad: [Checkout] { [Checkout(["Tests/Codec/HxTests.swift": "", "Sources/Codec/Hex.swift": ""])] }
    var good: [Checkout] {
        [
            Checkout(["Tests/Codec/HexTests.swift": "", "Sources/Codec/Hex.swift": ""]),
            Checkout(["Tests/Link/LinkTests.swift": "", "Sources/Link/Link+Reading.swift": ""]),
            Checkout(["Tests/Tidy/TokenTests.swift": "", "Tests/Tidy/Token.swift": ""]),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        let tests = checkout.swift.filter { $0.isUnder(["Tests/"]) && $0.path.hasSuffix("Tests.swift") }
        let sources = Set(checkout.swift.map(\.baseName))
        return tests.filter { test in
            let tested = test.baseName.dropLast("Tests".count)
            return !test.isUnder(allowed) && !sources.contains(tested) && exceptions[String(tested)] == nil
        }.map { Violation($0.path, "no source file of that name") }
    }
}
