import CConclaveSystem
import ConclavePrimitives
public import ConclaveRuntime
import Glibc

/// Another program, started by this one, in a process group of its own.
///
/// Its standard input is a pipe that is never written to: when it closes, because we closed it or are gone,
/// the child knows that it is alone. Its standard output is read as lines. It starts with default signals,
/// none blocked, and with no descriptor but the standard three. A child that still runs when the loop that
/// watches it ends is killed. Keep this value as long as the child should run: dropping it closes its input.
public final class ChildProcess: Sendable {
    /// What to run.
    public struct Command: Sendable {
        /// The program's file; not looked for in `PATH`.
        public let path: String
        /// Without the program's own name.
        public let arguments: [String]
        /// `NAME=value` each; ours if nil.
        public let environment: [String]?
        public let errors: ErrorOutput

        public init(
            path: String, arguments: [String] = [], environment: [String]? = nil,
            errors: ErrorOutput = .inherited
        ) {
            self.path = path
            self.arguments = arguments
            self.environment = environment
            self.errors = errors
        }
    }

    /// Where a child's standard error goes.
    public enum ErrorOutput: Sendable {
        case inherited
        /// Appended to the file, which is made if need be.
        case file(String)
    }

    /// How a child ended.
    public enum Exit: Hashable, Sendable {
        /// It returned this code, `0...255`.
        case code(Int32)
        /// This signal killed it.
        case signal(Int32)
        /// It has ended, but somebody else in this process was told how.
        case unknown
    }

    /// Number of the process and of its group.
    public let identifier: Int32
    /// Lines of its standard output; closed when that is. If nobody reads, the oldest of them are dropped.
    public let lines: Mailbox<String>

    private let watch: ChildWatch
    private let input: Lock<Int32>

    /// Starts `command` and watches it on the context's executor.
    ///
    /// - Parameter linesMax: most lines that wait to be read.
    /// - Throws: `HostFailure.system` of `.spawn` with the `errno` that tells why: no such file,
    ///   not executable, an error file that cannot be opened.
    public init(_ command: Command, in context: Context, linesMax: Int = 1_024) throws(HostFailure) {
        let loop = EventLoop.required(context.executor)
        let started = try StartedProcess(command)
        identifier = started.process
        input = Lock(started.input)
        lines = Mailbox(capacity: linesMax, overflow: .dropOldest)
        let output = LineSource(started.output, on: loop, into: lines)
        let watch = ChildWatch(started.process, descriptor: started.descriptor, on: loop)
        self.watch = watch
        loop.perform {
            output.start()
            watch.start()
        }
    }

    deinit {
        closeInput()
    }

    /// Tells the child that we are done with it: its standard input ends.
    public func closeInput() {
        let descriptor = input.withLock { exchange(&$0, with: -1) }
        if descriptor >= 0 { conclave_close(descriptor) }
    }

    /// Sends `signal` to the child's whole group, unless it has ended.
    public func send(_ signal: Signal) {
        watch.send(signal)
    }

    /// Waits until the child has ended and says how. Any number of tasks may wait.
    public func exit() async throws(Cancelled) -> Exit {
        try await watch.exit()
    }
}
