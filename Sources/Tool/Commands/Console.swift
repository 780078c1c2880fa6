import ConclaveSystem
import Glibc

/// Where a command's lines go. Results and logs never mix: results to standard output, all else to standard
/// error.
public struct Console: Sendable {
    /// Prints one line of the command's result.
    let result: @Sendable (String) -> Void
    /// Prints one line of what went wrong.
    let complaint: @Sendable (String) -> Void
    /// Where results go, if that is a descriptor.
    let descriptor: Int32?

    public init(result: @escaping @Sendable (String) -> Void, complaint: @escaping @Sendable (String) -> Void)
    {
        self.result = result
        self.complaint = complaint
        descriptor = nil
    }

    private init() {
        result = { Self.write($0, to: STDOUT_FILENO) }
        complaint = { Self.write($0, to: STDERR_FILENO) }
        descriptor = STDOUT_FILENO
    }

    /// The process's own. Each line is one write, so that a reader of the pipe sees it at once and whole.
    public static let standard = Console()

    private static func write(_ line: String, to descriptor: Int32) {
        // If nobody reads any more there is nobody left to tell.
        _ = WholeWrite.write(Array((line + "\n").utf8), to: descriptor)
    }
}
