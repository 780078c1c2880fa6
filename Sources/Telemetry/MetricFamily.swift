import ConclavePrimitives

/// What a figure does over time.
public enum MetricKind: String, Sendable, Hashable {
    case counter, gauge, histogram
}

/// One figure of a family that is split by labels.
public struct MetricSample: Sendable, Hashable {
    /// A number, or a time that is written in seconds.
    public enum Value: Sendable, Hashable {
        case count(Int)
        case seconds(Duration)
    }

    /// The value of each label, in the order of the keys.
    public let labels: [String]
    public let value: Value

    public init(_ labels: [String] = [], _ value: Value) {
        self.labels = labels
        self.value = value
    }
}

/// All figures of one name.
struct MetricFamily: Sendable {
    let kind: MetricKind
    let help: String
    /// The names of the labels.
    let keys: [String]
    /// What counts, for whoever asks again; nil for what is looked up when it is read.
    let instrument: (any Sendable)?
    let contents: Contents

    enum Contents: Sendable {
        case samples(@Sendable () -> [MetricSample])
        case distribution(@Sendable () -> MetricDistribution?)
    }

    /// In Prometheus' text format 0.0.4.
    func text(named name: String) -> String {
        var text = "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        switch contents {
        case .samples(let samples):
            for sample in samples() {
                text += name + braces(sample.labels) + " " + Self.text(of: sample.value) + "\n"
            }
        case .distribution(let distribution):
            if let distribution = distribution() { Self.write(distribution, named: name, to: &text) }
        }
        return text
    }

    private static func write(
        _ distribution: MetricDistribution, named name: String, to lines: inout String
    ) {
        var below: UInt64 = 0
        for (bound, count) in zip(distribution.bounds, distribution.counts) {
            below &+= count
            lines += "\(name)_bucket{le=\"\(text(of: .seconds(bound)))\"} \(below)\n"
        }
        let all = distribution.counts.reduce(0, &+)
        lines += "\(name)_bucket{le=\"+Inf\"} \(all)\n"
        lines += "\(name)_sum \(text(of: .seconds(distribution.sum)))\n\(name)_count \(all)\n"
    }

    private func braces(_ labels: [String]) -> String {
        guard !keys.isEmpty else { return "" }
        let pairs = zip(keys, labels).map { key, value in "\(key)=\"\(Self.escaped(value))\"" }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private static func text(of value: MetricSample.Value) -> String {
        switch value {
        case .count(let count): "\(count)"
        case .seconds(let duration): "\(duration.inSeconds)"
        }
    }

    /// A backslash, a quote and a line break would end the value.
    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case _ where character.isNewline: text += "\\n"
            default: text.append(character)
            }
        }
    }
}
