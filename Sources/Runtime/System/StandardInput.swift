import CConclaveSystem
public import ConclaveRuntime
import Glibc

/// The standard input of this process.
public enum StandardInput {
    /// Its lines from now on. Closed when it ends, which a parent can use to say that it is gone; at once
    /// when it is a file, which no loop can wait for. What another process takes from the same terminal or
    /// pipe between our look and our read makes the loop wait for the next bytes: be its only reader.
    ///
    /// - Parameter linesMax: most lines that wait to be read; the oldest are dropped beyond it.
    public static func lines(in context: Context, linesMax: Int = 1_024) -> Mailbox<String> {
        let loop = EventLoop.required(context.executor)
        let lines = Mailbox<String>(capacity: linesMax, overflow: .dropOldest)
        // A copy, because its reader closes what it reads: who opens a file next must not be given number 0.
        let input = LineSource(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), on: loop, into: lines)
        loop.perform { input.start() }
        return lines
    }
}
