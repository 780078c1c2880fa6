struct PeerReachableTraps: Rule {
    /// Where bytes from outside are read and judged.
    let folders = [
        "Sources/Codec/", "Sources/Cryptography/", "Sources/Transport/", "Sources/Peers/Core/",
        "Sources/Consensus/Core/", "Sources/Peers/Shell/Links/", "Sources/Peers/Shell/Actors/",
    ]
    /// What our own code promises and no peer can break, each by its file.
    let allowed: [String: String] = [
        "Bitmap": "its count is checked where it is read; what is asked is a loop of ours",
        "Batch": "the reader checked what is walked; in a release build the walk ends",
        "Message": "an index of the application into a message that it holds",
        "SynCache": "a capacity out of the configuration",
        "RecordCipher": "the library is there and works; a nonce used twice is worse than an end",
        "RecordKey": "the same",
        "Sodium": "the same",
        "LaneTurns": "a lane's number is counted by us",
        "NativeHello": "our own hello, out of the configuration; the peer's has an initialiser that throws",
        "OutgoingLanes": "a control item is ours and has a stated length",
    ]
    let name = "what reads bytes from outside has no precondition"
    let reason = "A peer that finds one can end the node."

    var bad: [Checkout] {
        [
            Checkout(["Sources/Codec/Reader.swift": "precondition(count > 0)"]),
            Checkout(["Sources/Peers/Core/Link/A.swift": "preconditionFailure(\"no\")"]),
            Checkout(["Sources/Transport/A.swift": "assert(x)"]),
        ]
    }
    var good: [Checkout] {
        [
            Checkout(["Sources/Codec/Bitmap.swift": "precondition(count > 0)"]),
            Checkout(["Sources/Runtime/System/A.swift": "precondition(count > 0)"]),
        ]
    }

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.swift.filter { $0.isUnder(folders) && allowed[String($0.baseName)] == nil }.flatMap { file in
            [
                ["precondition", "("], ["preconditionFailure", "("], ["assert", "("],
                ["assertionFailure", "("],
            ]
            .flatMap { construct in
                file.occurrences(of: construct).map {
                    Violation(file.path, line: file.tokens[$0].line, construct[0])
                }
            }
        }
    }
}
