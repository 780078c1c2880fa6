/// Words that may stand in a row only in some places.
struct BannedConstruct: Rule {
    let name: String
    let reason: String
    /// Where it does not hold.
    let allowed: [String]
    /// Each a row of tokens.
    let constructs: [[String]]
    let bad: [Checkout]
    let good: [Checkout]

    /// `sample` is caught under Sources/Peers/Shell and let pass in the first place where it is allowed.
    init(_ name: String, reason: String, allowed: [String], constructs: [[String]], samples: [String]) {
        self.name = name
        self.reason = reason
        self.allowed = allowed
        self.constructs = constructs
        bad = samples.map { Checkout(["Sources/Peers/Shell/A.swift": $0]) }
        good = samples.flatMap { sample in allowed.map { Checkout([$0 + "A.swift": sample]) } }
    }

    func violations(in checkout: Checkout) -> [Violation] {
        checkout.swift.filter { !$0.isUnder(allowed) }.flatMap { file in
            constructs.flatMap { construct in
                file.occurrences(of: construct).map {
                    Violation(file.path, line: file.tokens[$0].line, construct.joined())
                }
            }
        }
    }
}

extension BannedConstruct {
    static let all = [tasks, clocks, queues, generators, streams, traps]

    private static let tasks = BannedConstruct(
        "a task is started by Context.spawn",
        reason: "Each has a name, a parent, an executor and an end.",
        allowed: [
            "Sources/Runtime/System/", "Sources/Runtime/Simulation/Executor/", "Sources/Bench/", "Tests/",
        ],
        constructs: [
            ["Task", "{"], ["Task", "("], ["Task", ".", "detached"], ["Task", ".", "immediate"],
            ["Task", "<", "Void", ",", "Never", ">", "("], ["Task", "<", "Void", ",", "Never", ">", "{"],
            ["Thread", "("], ["pthread_create"],
        ],
        samples: [
            "Task { }", "Task(executorPreference: x) { }", "Task.detached { }",
            "Task<Void, Never>(name: x) {}",
        ])

    private static let clocks = BannedConstruct(
        "time comes from the context",
        reason: "A history that reads the machine's clock cannot be run again.",
        allowed: ["Sources/Runtime/System/", "Sources/Bench/", "Tests/"],
        constructs: [
            ["Task", ".", "sleep"], ["Date", "("], ["Date", ".", "now"], ["ContinuousClock"],
            ["SuspendingClock"],
            ["clock_gettime"], ["usleep"], ["nanosleep"], ["DispatchTime"],
        ],
        samples: [
            "try await Task.sleep(for: .seconds(1))", "let now = Date()", "let now: ContinuousClock.Instant",
        ])

    private static let queues = BannedConstruct(
        "nothing runs on a dispatch queue",
        reason: "The loops are the executors; what hops costs microseconds and is in nobody's tree of tasks.",
        allowed: ["Sources/Bench/", "Tests/"],
        constructs: [["DispatchQueue"], ["DispatchSource"], ["DispatchSemaphore"], ["OperationQueue"]],
        samples: ["DispatchQueue.main.async { }"])

    private static let generators = BannedConstruct(
        "chance comes from the context",
        reason: "One seed gives one history.",
        allowed: ["Sources/Runtime/System/", "Sources/Bench/", "Tests/"],
        constructs: [
            ["SystemRandomNumberGenerator"], ["shuffled", "(", ")"], ["shuffle", "(", ")"],
            ["randomElement", "(", ")"], ["getrandom"], ["arc4random"],
        ],
        samples: ["var g = SystemRandomNumberGenerator()", "let order = peers.shuffled()"])

    private static let streams = BannedConstruct(
        "messages go through a Mailbox",
        reason: "An AsyncStream has no bound of its own and costs a microsecond an element.",
        allowed: ["Sources/Bench/", "Tests/"],
        constructs: [["AsyncStream"], ["AsyncThrowingStream"]],
        samples: ["let (stream, feed) = AsyncStream.makeStream(of: Int.self)"])

    private static let traps = BannedConstruct(
        "nothing traps on what comes from outside",
        reason: "In Swift a trap ends the whole node.",
        allowed: ["Sources/Bench/", "Tests/", "Fuzz/Support/"],  // how libFuzzer is told of a finding
        constructs: [["try", "!"], ["as", "!"], ["fatalError", "("], ["unsafeBitCast", "("]],
        samples: ["let x = try! f()", "let x = y as! Int", "fatalError(\"no\")"])
}
