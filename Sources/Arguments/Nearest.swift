/// The end of a message about an unknown name: the nearest known one, or where the known ones are listed.
public func suggestion(for name: String, among known: [String], else command: String) -> String {
    if let near = nearest(to: name, among: known) { return "did you mean \(near)?" }
    return "see \(command) --help"
}

/// The known name that `name` begins, or else the one with the fewest changed letters if those are few.
public func nearest(to name: String, among known: [String]) -> String? {
    // Longer than any name we have: not a slip, and the table below would grow with it.
    guard (3...64).contains(name.utf8.count) else { return nil }
    if name.utf8.count > 3, let longer = known.first(where: { $0.hasPrefix(name) }) { return longer }
    let ranked = known.map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, name.utf8.count / 3) ? best.name : nil
}

/// Levenshtein's distance: how many letters must be put in, taken out or changed.
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (line, letter) in left.enumerated() {
        var diagonal = row[0]
        row[0] = line + 1
        for (column, other) in right.enumerated() {
            let changed = diagonal + (letter == other ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(changed, min(row[column], diagonal) + 1)
        }
    }
    return row[right.count]
}
