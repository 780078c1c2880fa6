/// Rows of cells, each column as wide as its widest cell.
struct TextTable: Sendable {
    enum Alignment: Sendable {
        case left, right
    }

    private let columns: [Alignment]
    private var rows: [[String]]

    /// - Parameter columns: the head of each column, and where its cells stand.
    init(_ columns: [(head: String, alignment: Alignment)]) {
        self.columns = columns.map(\.alignment)
        rows = [columns.map(\.head)]
    }

    mutating func append(_ cells: [String]) {
        rows.append(cells.map(printable))
    }

    /// The lines, two spaces between columns and none at their ends.
    var lines: [String] {
        let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.indices.map { column in
                switch columns[column] {
                case .left: Self.left(row[column], widths[column])
                case .right: Self.right(row[column], widths[column])
                }
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }

    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }
}

/// `text` as a terminal may show it: what it would obey instead of showing it is a question mark.
func printable(_ text: String) -> String {
    String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { scalar in
                switch scalar.value {
                case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: "?"
                case _: scalar
                }
            }))
}
