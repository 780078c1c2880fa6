import CConclaveSystem
public import ConclaveTelemetry
import Synchronization

/// Writes log lines to a descriptor. A line of up to 4,096 bytes is one system call, so that lines of several
/// threads and processes do not mix.
///
/// What cannot be written now is lost and counted: a log must not stop what it tells about. Whether there is
/// room is asked before each write; a pipe whose last room another process takes in between can still make
/// the caller wait for its reader.
public struct DescriptorSink: LogSink {
    /// What a pipe takes whole or not at all, and has room for if it has any (`PIPE_BUF`).
    private static let pieceBytes = 4_096

    private final class State: Sendable {
        let lost = Atomic(0)
        /// The last line stopped in its middle; the next must not continue it.
        let isCut = Atomic(false)
    }

    private let descriptor: Int32
    private let state = State()

    /// Standard error, where logs belong.
    public static let standardError = DescriptorSink(2)

    /// Does not take the descriptor over.
    public init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Lines of which nothing or not all could be written.
    public var lost: Int { state.lost.load(ordering: .relaxed) }

    public func write(_ line: String) {
        let isBehindCut = state.isCut.exchange(false, ordering: .relaxed)
        let bytes = Array(((isBehindCut ? "\n" : "") + line + "\n").utf8)
        let written = unsafe bytes.withUnsafeBytes { unsafe write($0) }
        guard written < bytes.count else { return }
        state.lost.wrappingAdd(1, ordering: .relaxed)
        if written > 0 || isBehindCut { state.isCut.store(true, ordering: .relaxed) }
    }

    /// How many bytes were written before there was no room.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        var done = 0
        while done < bytes.count, conclave_can_write(descriptor) > 0 {
            let piece = min(Self.pieceBytes, bytes.count - done)
            let count = unsafe conclave_write(descriptor, start + done, piece)
            guard count > 0 else { break }
            done += count
        }
        return done
    }
}
