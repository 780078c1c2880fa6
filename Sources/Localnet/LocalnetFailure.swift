/// Why a validator or a localnet cannot run: one line that names what is wrong and what would be right.
public enum LocalnetFailure: Error, Hashable, Sendable {
    /// A file cannot be read, or what stands in it is wrong.
    case badInput(String)
    /// A flag or an environment variable is wrong, alone or beside the others.
    case badUsage(String)
    /// A file cannot be written, or stands there already.
    case cannotWrite(String)
    /// Another process uses it, or the machine has not enough of it.
    case unavailable(String)

    public var message: String {
        switch self {
        case .badInput(let message), .badUsage(let message), .cannotWrite(let message),
            .unavailable(let message):
            message
        }
    }
}

extension LocalnetFailure {
    /// What a process that ended with `exitCode` means to the one that started it.
    init(exitCode: Int32, _ message: String) {
        self =
            switch exitCode {
            case 64: .badUsage(message)
            case 65: .badInput(message)
            case 73: .cannotWrite(message)
            case _: .unavailable(message)
            }
    }
}
