import ConclavePrimitives

/// What goes wrong in a story, and when. Printed as text that can be read back, so that a plan can be
/// replayed and shortened by hand.
public struct FaultPlan: Hashable, Sendable {
    /// One fault at its time since the plan began.
    public struct Step: Hashable, Sendable {
        public let time: Duration
        public let fault: Fault

        public init(_ time: Duration, _ fault: Fault) {
            self.time = time
            self.fault = fault
        }
    }

    /// In the order of their times.
    public let steps: [Step]

    public init(_ steps: [Step]) {
        self.steps = steps.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element)
    }

    /// Draws `count` troubles of `nodes` nodes within `length`; after it everything is mended and every node
    /// is started.
    public init(seed: UInt64, nodes: Int, troubles count: Int, length: Duration) {
        precondition(nodes > 1 && count >= 0, "a plan needs two nodes")
        var draw = Draw(random: SplitMix64(seed: seed), nodes: nodes, length: length)
        let troubles = (0..<count).flatMap { _ in draw.trouble() }
        let ends = (0..<nodes).flatMap { node in
            [Fault.welcome(node, .open), .start(node), .failWrite(node, after: 0)].map { Step(length, $0) }
        }
        self.init(troubles + [Step(length, .healAll)] + ends)
    }
}

extension FaultPlan: CustomStringConvertible {
    /// A step a line: milliseconds, then the fault.
    public var description: String {
        steps.map { "\($0.time.wholeMilliseconds) \($0.fault)" }.joined(separator: "\n")
    }

    /// Reads what ``description`` writes; nil if a line is anything else.
    public init?(_ text: String) {
        var steps: [Step] = []
        for line in text.split(separator: "\n") {
            let halves = line.split(separator: " ", maxSplits: 1)
            guard halves.count == 2, let time = Int64(halves[0]), let fault = Fault(halves[1]) else {
                return nil
            }
            steps.append(Step(.milliseconds(time), fault))
        }
        self.init(steps)
    }
}

/// Draws the troubles of one plan.
private struct Draw {
    var random: SplitMix64
    let nodes: Int
    let length: Duration

    /// One thing that goes wrong, often with its mending some time later.
    mutating func trouble() -> [FaultPlan.Step] {
        let begin = time(in: .zero...length), end = time(in: begin...length)
        let node = random.below(nodes), other = (node + 1 + random.below(nodes - 1)) % nodes
        let (fault, mending) = pair(random.below(11), node, other)
        return [FaultPlan.Step(begin, fault)] + (mending.map { [FaultPlan.Step(end, $0)] } ?? [])
    }

    /// Writes to a disk of which the last one fails: what a validator writes in some seconds.
    private static let writesMax = 40

    private mutating func pair(_ kind: Int, _ node: Int, _ other: Int) -> (Fault, mending: Fault?) {
        switch kind {
        case 0: (.crash(node, .killed), .start(node))
        case 1: (.crash(node, .powerLost), .start(node))
        case 2: (.cut(from: node, to: other), .healAll)
        case 3: (.isolate(some()), .healAll)
        case 4: (.isolate([node]), .healAll)
        case 5: (.reset(node, other), nil)
        case 6: (.sever(from: node, to: other), nil)
        case 7: (.welcome(node, .refused), .welcome(node, .open))
        case 8: (.welcome(node, .slow(.milliseconds(Int(random.upTo(8_000))))), .welcome(node, .open))
        case 9: (.failWrite(node, after: 1 + random.below(Self.writesMax)), nil)
        case _: (.clock(node, .milliseconds(Int(random.upTo(4_000)) - 2_000)), nil)
        }
    }

    /// Up to half of the nodes.
    private mutating func some() -> [Int] {
        let count = 1 + random.below(max(1, nodes / 2))
        return Array(Array(0..<nodes).shuffled(using: &random).prefix(count)).sorted()
    }

    /// In whole milliseconds, as text tells it.
    private mutating func time(in range: ClosedRange<Duration>) -> Duration {
        let least = range.lowerBound.wholeMilliseconds, most = range.upperBound.wholeMilliseconds
        return .milliseconds(least + Int64(random.upTo(UInt64(max(0, most - least)))))
    }
}
