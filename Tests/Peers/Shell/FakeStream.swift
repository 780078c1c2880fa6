import ConclaveCodec
import ConclaveRuntime

/// A connection whose other side is the test, with as much room for writing as the test gives.
///
/// `@unchecked Sendable`: used by the thread of the test alone, which runs the executor too.
@safe
final class FakeStream: ByteStream, @unchecked Sendable {
    let localAddress = SocketAddress(.loopback, port: 1)
    let remoteAddress = SocketAddress(.loopback, port: 2)

    /// What has arrived and was not read, and the end behind it.
    var arrived: [UInt8] = []
    var end: StreamEnd?
    /// What was written, how much more is taken, and what a write meets instead.
    var written: [UInt8] = []
    var room = Int.max
    var writeEnd: StreamEnd?

    private(set) var interest: Readiness = []
    private(set) var isClosed = false
    private(set) var hasFinishedWriting = false
    private(set) var reads = 0
    private var owner: (any StreamOwner)?
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 262_144, alignment: 64)

    deinit {
        unsafe scratch.deallocate()
    }

    var hasOwner: Bool { owner != nil }

    /// Tells the owner what it asked for, as long as there is something to tell.
    func tell() {
        if interest.contains(.writable), room > 0 || writeEnd != nil { owner?.ready(.writable) }
        while interest.contains(.readable), !arrived.isEmpty || end != nil, let owner {
            owner.ready(.readable)
        }
    }

    func attach(_ owner: any StreamOwner, on executor: any RuntimeExecutor) {
        guard !isClosed else { return }
        self.owner = owner
        interest = .readable
    }

    func watch(_ interest: Readiness) {
        self.interest = interest
    }

    func read(into rest: UnsafeMutableRawBufferPointer, thenAtMost limit: Int) -> ReadOutcome {
        reads += 1
        guard !arrived.isEmpty else { return end.map { .ended($0) } ?? .nothing }
        let direct = min(rest.count, arrived.count)
        for index in 0..<direct { unsafe rest[index] = arrived[index] }
        let shared = unsafe min(scratch.count, limit, arrived.count - direct)
        for index in 0..<shared { unsafe scratch[index] = arrived[direct + index] }
        arrived.removeFirst(direct + shared)
        return unsafe .bytes(direct: direct, shared: .init(rebasing: scratch[0..<shared]))
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        let count = min(buffer.count, arrived.count)
        guard count > 0 else { return end.map { .ended($0) } ?? .nothing }
        for index in 0..<count { unsafe buffer[index] = arrived[index] }
        arrived.removeFirst(count)
        return unsafe .bytes(direct: count, shared: .init(start: nil, count: 0))
    }

    func write(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> WriteOutcome {
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

    func finishWriting() {
        hasFinishedWriting = true
    }

    func close() {
        isClosed = true
        interest = []
        owner = nil
    }
}
