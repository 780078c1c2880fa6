import ConclavePrimitives
package import ConclaveRuntime
package import ConclaveTransport

/// A stream while its handshake runs: reads exactly as many bytes as the step expects, and no byte more.
///
/// The task that runs the handshake is its only user; its deadline is the task's. Afterwards the link takes
/// the stream over.
package actor HandshakeStream: StreamOwner, Turnable {
    private nonisolated let executor: any RuntimeExecutor
    private let stream: any ByteStream
    private var watched = Readiness.readable
    private var waiter: SuspendedTask?

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    package init(_ stream: any ByteStream, on executor: any RuntimeExecutor) {
        self.stream = stream
        self.executor = executor
    }

    /// Begins. The stream stays on this executor for its life.
    package func attach() {
        stream.attach(self, on: executor)
    }

    // What ``InboundSteps`` says of memory is why these are not taken into the functions that call them.

    /// Reads the next frame. One that cannot become it, by its first bytes, is refused at once.
    @inline(never)
    package func read(_ frame: HandshakeFrame) async throws -> [UInt8] {
        try await read(frame.byteCount) { start throws(HandshakeFault) in
            guard frame.canBegin(with: start) else { throw .frameSize(frame) }
        }
    }

    /// Reads the first frame, of either profile: its first byte tells which.
    @inline(never)
    package func readOpening() async throws -> [UInt8] {
        let first = try await read(1)
        let frame = try HandshakeFrame.opening(with: first[0])
        return first + (try await read(frame.byteCount - 1))
    }

    /// Reads the next `count` bytes; `examine` sees what has arrived of them so far.
    package func read(
        _ count: Int, examine: (ArraySlice<UInt8>) throws(HandshakeFault) -> Void = { _ in }
    ) async throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var have = 0
        while have < count {
            switch unsafe bytes.withUnsafeMutableBytes({ unsafe stream.fill(.init(rebasing: $0[have...])) }) {
            case .bytes(let direct, _):
                have += direct
                try examine(bytes[..<have])
            case .nothing: try await wait(for: .readable)
            case .ended(let end): throw end
            }
        }
        return bytes
    }

    /// Writes all of `bytes`.
    @inline(never)
    package func write(_ bytes: [UInt8]) async throws(StreamEnd) {
        var written = 0
        while written < bytes.count {
            let outcome = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[written...])
                return unsafe withUnsafePointer(to: rest) { unsafe stream.write(.init(start: $0, count: 1)) }
            }
            switch outcome {
            case .took(let count):
                written += count
                if written < bytes.count { try await wait(for: .writable) }
            case .ended(let end): throw end
            }
        }
    }

    private func wait(for readiness: Readiness) async throws(StreamEnd) {
        if Task.isCancelled { throw .failed(.cancelled) }
        watch(readiness)
        let note = WaitNote.begin(.bytes)
        defer { note?.end() }
        await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { waiter = unsafe SuspendedTask($0) }
        } onCancel: {
            executor.schedule(self)
        }
        if Task.isCancelled { throw .failed(.cancelled) }
    }

    private func watch(_ readiness: Readiness) {
        guard readiness != watched else { return }
        watched = readiness
        stream.watch(readiness)
    }

    /// Ready while nobody waits: looked at again when somebody does.
    private func becameReady() {
        if waiter == nil { watch([]) } else { wake() }
    }

    private func wake() {
        waiter.take()?.resume()
    }

    // MARK: Called on the executor

    package nonisolated func ready(_ readiness: Readiness) {
        assumeIsolated { $0.becameReady() }
    }

    package nonisolated func turn() {
        assumeIsolated { $0.wake() }
    }
}
