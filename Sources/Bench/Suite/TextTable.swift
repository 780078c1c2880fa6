/// Columns for people: the first to the left, the others to the right.
enum TextTable {
    static func lines(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, text in
                let room = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + room : room + text
            }
            return cells.joined(separator: "  ")
        }
    }
}
