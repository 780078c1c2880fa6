import ConclavePrimitives

/// How a log line is written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people: `2026-01-02T03:04:05.678Z info  validator/peers: connected peer=ab12`.
    case text
    /// For programs: one JSON object a line with `time`, `level`, `scope`, `message`, then the fields by
    /// name.
    case json
}

/// One line before it is written.
struct LogLine {
    let time: WallTime
    let level: LogLevel
    let scope: String
    let message: String
    let fields: LogFields

    func rendered(as format: LogFormat) -> String {
        switch format {
        case .text: text
        case .json: json
        }
    }

    private var text: String {
        let label = level.name + String(repeating: " ", count: LogLevel.nameWidth - level.name.count)
        let prefix = scope.isEmpty ? "" : scope + ": "
        let start = "\(Timestamp(time)) \(label) \(prefix)\(Self.onOneLine(message))"
        return fields.all.reduce(into: start) { $0 += " \($1.name)=\(Self.textValue($1.value))" }
    }

    private var json: String {
        var line = "{\"time\":\"\(Timestamp(time))\",\"level\":\"\(level.name)\""
        if !scope.isEmpty { line += ",\"scope\":" + JSONText.quoted(scope) }
        line += ",\"message\":" + JSONText.quoted(message)
        for field in fields.all {
            line += "," + JSONText.quoted(field.name) + ":" + Self.jsonValue(field.value)
        }
        return line + "}"
    }

    private static func textValue(_ value: LogValue) -> String {
        switch value {
        case .text(let text): needsQuotes(text) ? JSONText.quoted(text) : text
        case .integer(let number): String(number)
        case .flag(let flag): String(flag)
        case .duration(let duration): "\(duration.inSeconds)s"
        }
    }

    private static func jsonValue(_ value: LogValue) -> String {
        switch value {
        case .text(let text): JSONText.quoted(text)
        case .integer(let number): String(number)
        case .flag(let flag): String(flag)
        case .duration(let duration): String(duration.inSeconds)
        }
    }

    /// A message with a control character would let its author forge lines or repaint a terminal.
    private static func onOneLine(_ message: String) -> String {
        guard message.unicodeScalars.contains(where: JSONText.isControl) else { return message }
        return String(JSONText.quoted(message).dropFirst().dropLast())
    }

    private static func needsQuotes(_ text: String) -> Bool {
        text.isEmpty
            || text.utf8.contains { byte in
                byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "=") || byte >= 0x7F
            }
    }
}

extension LogLevel {
    /// As it is written in lines and on the command line.
    public var name: String {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    static let nameWidth = 7
}
