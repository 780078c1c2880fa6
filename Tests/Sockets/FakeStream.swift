package import ConclaveCodec
package import ConclaveRuntime

/// A connection whose other side is the test, with as much room for writing as the test gives.
///
/// `@unchecked Sendable`: used by the thread of the test alone, which runs the executor too.
@safe
package final class FakeStream: ByteStream, @unchecked Sendable {
    package let localAddress = SocketAddress(.loopback, port: 1)
    package let remoteAddress = SocketAddress(.loopback, port: 2)

    /// What has arrived and was not read, and the end behind it.
    package var arrived: [UInt8] = []
    package var end: StreamEnd?
    /// What was written, how much more is taken, and what a write meets instead.
    package var written: [UInt8] = []
    package var room = Int.max
    package var writeEnd: StreamEnd?

    package private(set) var interest: Readiness = []
    package private(set) var isClosed = false
    package private(set) var hasFinishedWriting = false
    package private(set) var reads = 0
    private var owner: (any StreamOwner)?
    private let scratch: UnsafeMutableRawBufferPointer

    /// - Parameter scratchBytes: what one read brings at most, beside what the reader has room for.
    package init(scratchBytes: Int = 262_144) {
        unsafe scratch = .allocate(byteCount: scratchBytes, alignment: 64)
    }

    deinit {
        unsafe scratch.deallocate()
    }

    package var hasOwner: Bool { owner != nil }

    /// Whether the owner was told again and again that there is something to read, and neither read nor said
    /// that it does not want to know: in production its loop would spin.
    package private(set) var isNeglected = false
    /// Told so often for nothing. A handshake that waits is told twice, and reads when its task runs.
    private static let neglectMax = 3

    /// Whether there is something to read, and the owner wants to know.
    package var isReadable: Bool {
        hasOwner && interest.contains(.readable) && (!arrived.isEmpty || end != nil)
    }

    /// Tells the owner what it asked for, as long as there is something to tell.
    package func tell() {
        if interest.contains(.writable), room > 0 || writeEnd != nil { owner?.ready(.writable) }
        var neglected = 0
        while interest.contains(.readable), !arrived.isEmpty || end != nil, let owner {
            let before = reads
            owner.ready(.readable)
            neglected = reads == before ? neglected + 1 : 0
            isNeglected = neglected == Self.neglectMax
            if isNeglected { return }
        }
    }

    package func attach(_ owner: any StreamOwner, on executor: any RuntimeExecutor) {
        guard !isClosed else { return }
        self.owner = owner
        interest = .readable
    }

    package func watch(_ interest: Readiness) {
        self.interest = interest
    }

    package func read(into rest: UnsafeMutableRawBufferPointer, thenAtMost limit: Int) -> ReadOutcome {
        reads += 1
        guard !arrived.isEmpty else { return end.map { .ended($0) } ?? .nothing }
        let direct = min(rest.count, arrived.count)
        unsafe rest.copyBytes(from: arrived[..<direct])
        let shared = unsafe min(scratch.count, limit, arrived.count - direct)
        unsafe scratch.copyBytes(from: arrived[direct..<(direct + shared)])
        arrived.removeFirst(direct + shared)
        return unsafe .bytes(direct: direct, shared: .init(rebasing: scratch[0..<shared]))
    }

    package func fill(_ buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        reads += 1
        let count = min(buffer.count, arrived.count)
        guard count > 0 else { return end.map { .ended($0) } ?? .nothing }
        unsafe buffer.copyBytes(from: arrived[..<count])
        arrived.removeFirst(count)
        return unsafe .bytes(direct: count, shared: .init(start: nil, count: 0))
    }

    package func write(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> WriteOutcome {
        if let writeEnd { return .ended(writeEnd) }
        var took = 0
        for index in buffers.indices {
            let buffer = unsafe buffers[index]
            let count = min(buffer.count, room)
            unsafe written += buffer.prefix(count)
            room -= room == .max ? 0 : count
            took += count
        }
        return .took(took)
    }

    package func finishWriting() {
        hasFinishedWriting = true
    }

    package func close() {
        isClosed = true
        interest = []
        owner = nil
    }
}
