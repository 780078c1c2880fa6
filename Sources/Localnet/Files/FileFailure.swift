/// A file that cannot be used: one line that names it, what is wrong, and what would be right.
public enum FileFailure: Error, Hashable, Sendable {
    /// It cannot be read, or what stands in it is wrong.
    case badInput(String)
    /// It cannot be written, or stands there already.
    case cannotWrite(String)
    /// Another process uses it.
    case inUse(String)

    public var message: String {
        switch self {
        case .badInput(let message), .cannotWrite(let message), .inUse(let message): message
        }
    }
}
