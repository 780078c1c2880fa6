import ConclaveSystem
import FoundationEssentials

/// What the rounds of one trial gave, as its process printed it in JSON.
struct TrialResult: Sendable {
    /// A member of a line: only numbers and names matter.
    private enum Value: Decodable {
        case number(Double), name(String), other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let name = try? container.decode(String.self) {
                self = .name(name)
            } else {
                self = .other
            }
        }
    }

    private var ours: [String: [Double]] = [:]
    private var ratios: [String: [Double]] = [:]
    private(set) var failure: String?

    /// Takes over what one round printed. Of several lines with one figure the first counts.
    mutating func add(_ lines: [String], _ exit: ChildProcess.Exit) {
        guard exit == .code(0) else {
            failure = "ended with \(exit)"
            return
        }
        var round: [String: Double] = [:]
        for line in lines {
            guard let members = try? JSONDecoder().decode([String: Value].self, from: Data(line.utf8)) else {
                continue
            }
            if case .name(let peer)? = members["peer"] {
                if case .number(let ratio)? = members["ratio"] { ratios[peer, default: []].append(ratio) }
                continue
            }
            for (key, value) in members {
                if case .number(let number) = value, round[key] == nil { round[key] = number }
            }
        }
        for (key, number) in round { ours[key, default: []].append(number) }
    }

    /// The median; nil if no round gave it.
    func figure(_ key: String) -> Double? { ours[key].map(median) }

    /// What ours is of a comparison program's, round by round; nil if that did not run.
    func ratio(to peer: String) -> Double? { ratios[peer].map(median) }
}
