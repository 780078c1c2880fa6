/// `text` in quotes and on one line, however long and strange it is: what error messages show of a value that
/// somebody typed or that stands in a file.
public func quoted(_ text: some StringProtocol) -> String {
    let shown = text.unicodeScalars.prefix(80).map { scalar in
        scalar.properties.isInvisible ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    return "'" + shown.joined() + (text.unicodeScalars.count > 80 ? "…" : "") + "'"
}

extension Unicode.Scalar.Properties {
    /// Shows nothing by itself, or turns the direction of what follows: a terminal would hide what is there.
    fileprivate var isInvisible: Bool { generalCategory == .control || generalCategory == .format }
}
