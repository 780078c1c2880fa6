/// Columns of a terminal that help is laid out for.
private let helpColumns = 80

extension Command {
    /// What `--help` prints, without a line break at the end.
    public var help: String {
        let usage = forms.enumerated().map { index, form in
            (index == 0 ? "Usage: " : "       ") + "\(name) \(form)"
        }
        let rows = arguments.map { argument in
            let initially = argument.initially(initial).map { " (default \($0))" }
            return HelpRow(argument.spelling, argument.summary + (initially ?? ""))
        }
        let sections =
            [
                wrapped("\(name): \(summary)", indent: 0),
                usage,
                ["Options:"] + helpLines(rows + [HelpRow("--help", "shows this")]),
            ] + notes.map { wrapped($0, indent: 0) }
        return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }
}

/// A name and what it means.
public struct HelpRow: Sendable {
    let name: String
    let meaning: String

    public init(_ name: String, _ meaning: String) {
        self.name = name
        self.meaning = meaning
    }
}

/// Two aligned columns, wrapped to the terminal. A name too long for its column stands on a line of its own.
public func helpLines(_ rows: [HelpRow]) -> [String] {
    let names = rows.map(\.name.count).filter { $0 <= 28 }
    let column = 2 + (names.max() ?? 0) + 2
    return rows.flatMap { row in
        let lines = wrapped(row.meaning, indent: column)
        let name = "  " + row.name
        guard let first = lines.first, name.count + 2 <= column else { return [name] + lines }
        return [name + first.dropFirst(name.count)] + lines.dropFirst()
    }
}

/// `text` broken between words, each line behind `indent` spaces.
private func wrapped(_ text: String, indent: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        if !line.isEmpty, indent + line.count + 1 + word.count > helpColumns {
            lines.append(line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    return (lines + [line]).map { String(repeating: " ", count: indent) + $0 }
}
