/// Something that goes wrong, or is mended. Nodes go by their numbers.
public enum Fault: Hashable, Sendable {
    case crash(Int, Crash)
    /// Starts a node that has crashed; one that runs is left alone.
    case start(Int)
    /// Loses what `from` sends to `to`.
    case cut(from: Int, to: Int)
    /// These nodes and all others hear nothing of each other.
    case isolate([Int])
    case healAll
    case reset(Int, Int)
    /// What lies between forgets the connections: `to` hears no more of them.
    case sever(from: Int, to: Int)
    case welcome(Int, Welcome)
    /// The time of day of a node jumps.
    case clock(Int, Duration)
    /// So many writes from now, one to the node's disk fails; none if it is 0.
    case failWrite(Int, after: Int)
}

extension Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .crash(let node, .killed): "kill \(node)"
        case .crash(let node, .powerLost): "unplug \(node)"
        case .start(let node): "start \(node)"
        case .cut(let from, let to): "cut \(from) \(to)"
        case .isolate(let nodes): "isolate " + nodes.map(String.init).joined(separator: " ")
        case .healAll: "heal"
        case .reset(let one, let other): "reset \(one) \(other)"
        case .sever(let from, let to): "sever \(from) \(to)"
        case .welcome(let node, .open): "open \(node)"
        case .welcome(let node, .refused): "refuse \(node)"
        case .welcome(let node, .slow(let delay)): "delay \(node) \(delay.wholeMilliseconds)"
        case .clock(let node, let step): "clock \(node) \(step.wholeMilliseconds)"
        case .failWrite(let node, let count): "fail \(node) \(count)"
        }
    }

    /// Reads what ``description`` writes; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ")
        let numbers = words.dropFirst().compactMap { Int($0) }
        guard let verb = words.first, numbers.count == words.count - 1 else { return nil }
        switch (verb, numbers.count) {
        case ("kill", 1): self = .crash(numbers[0], .killed)
        case ("unplug", 1): self = .crash(numbers[0], .powerLost)
        case ("start", 1): self = .start(numbers[0])
        case ("cut", 2): self = .cut(from: numbers[0], to: numbers[1])
        case ("isolate", 1...): self = .isolate(numbers)
        case ("heal", 0): self = .healAll
        case ("reset", 2): self = .reset(numbers[0], numbers[1])
        case ("sever", 2): self = .sever(from: numbers[0], to: numbers[1])
        case ("open", 1): self = .welcome(numbers[0], .open)
        case ("refuse", 1): self = .welcome(numbers[0], .refused)
        case ("delay", 2): self = .welcome(numbers[0], .slow(.milliseconds(numbers[1])))
        case ("clock", 2): self = .clock(numbers[0], .milliseconds(numbers[1]))
        case ("fail", 2): self = .failWrite(numbers[0], after: numbers[1])
        case _: return nil
        }
    }
}

extension Duration {
    /// For text; a fraction of a millisecond is dropped.
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
