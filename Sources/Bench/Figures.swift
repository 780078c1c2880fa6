/// What a process measured: `name=value` pairs on one line, between the processes of a benchmark.
struct Figures: Sendable {
    private var values: [String: Double] = [:]

    init(_ values: [String: Double]) {
        self.values = values
    }

    /// Nil if the line is no such line.
    init?(_ line: String) {
        for word in line.split(separator: " ") {
            let halves = word.split(separator: "=")
            guard halves.count == 2, let value = Double(halves[1]) else { return nil }
            values[String(halves[0])] = value
        }
        if values.isEmpty { return nil }
    }

    subscript(key: String) -> Double { values[key] ?? 0 }

    var line: String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
