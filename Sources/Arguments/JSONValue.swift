import ConclaveCodec

/// A JSON value to be written.
public indirect enum JSONValue: Hashable, Sendable {
    case string(String)
    case integer(Int)
    /// Written with so many decimals. What is not finite becomes `null`: JSON has no word for it.
    case number(Double, decimals: Int)
    case boolean(Bool)
    case null
    case array([JSONValue])
    case object(JSONLine)

    /// The JSON text.
    public var text: String {
        switch self {
        case .string(let value): escaped(value)
        case .integer(let value): "\(value)"
        case .number(let value, let decimals): value.isFinite ? fixed(value, decimals: decimals) : "null"
        case .boolean(let value): value ? "true" : "false"
        case .null: "null"
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let line): line.text
        }
    }

    private func escaped(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}": result += "\\u00" + Hex.text([UInt8(scalar.value)])
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// `value` with exactly so many decimals (`0...9`), rounded half away from zero, cut off at 9e18.
public func fixed(_ value: Double, decimals: Int) -> String {
    var scale = 1
    for _ in 0..<min(max(decimals, 0), 9) { scale *= 10 }
    let scaled = (abs(value) * Double(scale)).rounded()
    let whole = scaled < 9e18 ? Int(scaled) : Int.max
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard scale > 1 else { return "\(sign)\(whole)" }
    let fraction = String(whole % scale + scale).dropFirst()
    return "\(sign)\(whole / scale).\(fraction)"
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
