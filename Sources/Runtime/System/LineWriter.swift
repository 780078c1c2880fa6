import CConclaveSystem
import ConclavePrimitives
import ConclaveRuntime
import Glibc

/// Writes lines to a descriptor from a thread of its own, so that who reads slowly, or not at all, holds up
/// nobody but that thread.
///
/// What does not fit is lost and counted; who must lose nothing looks at ``isCongested`` and waits.
public final class LineWriter: Sendable {
    private struct State: ~Copyable {
        var waiting: [UInt8] = []
        var lost = 0
        var isEnding = false
        /// Nobody reads any more, or everything is written and nothing will come.
        var isOver = false
        var thread: Thread?
        var hasThread = false
    }

    private let descriptor: Int32
    private let bytesMax: Int
    private let state = Lock(State())
    private let news = Semaphore()

    /// Does not take the descriptor over.
    ///
    /// - Parameter bytesMax: what waits at most; a line a second of a node that is stuck fills it in hours.
    public init(_ descriptor: Int32, bytesMax: Int = 4 << 20) {
        self.descriptor = descriptor
        self.bytesMax = bytesMax
    }

    /// Lines that did not fit.
    public var lost: Int { state.withLock { $0.lost } }

    /// Whether so much waits that who can wait should.
    public var isCongested: Bool { state.withLock { !$0.isOver && $0.waiting.count > bytesMax / 2 } }

    /// Takes a line without its line break. From any thread; never waits.
    public func write(_ line: String) {
        let needsThread = state.withLock { state in
            guard !state.isOver, !state.isEnding, state.waiting.count + line.utf8.count < bytesMax else {
                state.lost += 1
                return false
            }
            state.waiting += line.utf8
            state.waiting.append(UInt8(ascii: "\n"))
            defer { state.hasThread = true }
            return !state.hasThread
        }
        if needsThread { start() }
        news.post()
    }

    /// Takes nothing more and waits until everything is written, but not for ever. Once.
    ///
    /// - Returns: whether everything was written.
    public func finish(within patience: Duration) -> Bool {
        let isIdle = state.withLock { state in
            state.isEnding = true
            return !state.hasThread
        }
        guard !isIdle else { return true }
        news.post()
        let deadline = SystemClock().now.advanced(by: patience)
        while !state.withLock({ $0.isOver }), SystemClock().now < deadline { usleep(1_000) }
        let (isOver, thread) = state.withLock { ($0.isOver, $0.thread.take()) }
        guard isOver else {
            // It waits in the kernel for who does not read, and cannot be called off.
            thread?.detach()
            return false
        }
        thread?.join()
        return state.withLock { $0.waiting.isEmpty }
    }

    private func start() {
        do throws(HostFailure) {
            let thread = try Thread("output") { [self] in run() }
            state.withLock { $0.thread = thread }
        } catch {
            state.withLock { $0.isOver = true }
        }
    }

    private func run() {
        while true {
            news.wait()
            let (bytes, isLast) = state.withLock { state in
                (exchange(&state.waiting, with: []), state.isEnding)
            }
            let isWritten = WholeWrite.write(bytes, to: descriptor)
            guard isWritten, !(isLast && state.withLock { $0.waiting.isEmpty }) else {
                return state.withLock { $0.isOver = true }
            }
        }
    }
}
