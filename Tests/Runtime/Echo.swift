import ConclavePrimitives
import ConclaveRuntime

/// Sends back what arrives; holds back reading while the peer does not read. Closes at the end of the stream,
/// or as soon as it has seen `bytesMax` bytes.
final class Echo: StreamOwner, @unchecked Sendable {  // on its loop only
    private let stream: any ByteStream
    private let bytesMax: Int
    private var waiting: [UInt8] = []
    private var seen = 0
    let ended = Mailbox<StreamEnd>(capacity: 1, overflow: .refuseNewest)

    init(_ stream: any ByteStream, bytesMax: Int = .max) {
        self.stream = stream
        self.bytesMax = bytesMax
    }

    func ready(_ readiness: Readiness) {
        if readiness.contains(.writable) { flush() }
        if readiness.contains(.readable), waiting.isEmpty { readOnce() }
    }

    private func readOnce() {
        switch unsafe stream.read(into: UnsafeMutableRawBufferPointer(start: nil, count: 0)) {
        case .bytes(_, let shared):
            unsafe waiting.append(contentsOf: UnsafeRawBufferPointer(shared))
            seen += shared.count
            if seen >= bytesMax { return end(.endOfStream) }
            flush()
        case .nothing: break
        case .ended(let reason): end(reason)
        }
    }

    private func flush() {
        let outcome = unsafe waiting.withUnsafeBytes { bytes in
            unsafe withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: 1) { one in
                unsafe one.initializeElement(at: 0, to: bytes)
                return unsafe stream.write(UnsafeBufferPointer(one))
            }
        }
        switch outcome {
        case .took(let count):
            waiting.removeFirst(count)
            stream.watch(waiting.isEmpty ? .readable : .writable)
        case .ended(let reason): end(reason)
        }
    }

    private func end(_ reason: StreamEnd) {
        stream.close()
        ended.offer(reason)
        ended.close()
    }
}

/// Sends `outgoing` and collects what comes back.
final class Exchange: StreamOwner, @unchecked Sendable {  // on its loop only
    private let stream: any ByteStream
    private let outgoing: [UInt8]
    private var sent = 0
    private var generator: SplitMix64
    private var received: [UInt8] = []
    /// One message: everything received, when all has come back or the stream has ended.
    let result = Mailbox<[UInt8]>(capacity: 1, overflow: .refuseNewest)
    private(set) var end: StreamEnd?

    init(_ stream: any ByteStream, sending outgoing: [UInt8], seed: UInt64 = 1) {
        self.stream = stream
        self.outgoing = outgoing
        generator = SplitMix64(seed: seed)
    }

    func start(on executor: any RuntimeExecutor) {
        stream.attach(self, on: executor)
        stream.watch([.readable, .writable])
    }

    func ready(_ readiness: Readiness) {
        if readiness.contains(.writable) { sendSome() }
        if readiness.contains(.readable) { readSome() }
    }

    /// Pieces of random sizes, in random numbers of buffers.
    private func sendSome() {
        while sent < outgoing.count {
            let pieces = Int.random(in: 1...130, using: &generator)
            let sizes = (0..<pieces).map { _ in Int.random(in: 0...3_000, using: &generator) }
            let outcome = unsafe outgoing.withUnsafeBytes { all in
                var buffers: [UnsafeRawBufferPointer] = unsafe []
                var next = sent
                for size in sizes {
                    let end = min(next + size, all.count)
                    unsafe buffers.append(UnsafeRawBufferPointer(rebasing: all[next..<end]))
                    next = end
                }
                return unsafe buffers.withUnsafeBufferPointer { unsafe stream.write($0) }
            }
            switch outcome {
            case .took(0) where sizes.contains { $0 > 0 }: return
            case .took(let count): sent += count
            case .ended(let reason): return finish(reason)
            }
        }
        stream.watch(.readable)
    }

    private func readSome() {
        let room = Int.random(in: 0...5_000, using: &generator)
        let outcome = unsafe withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { rest in
            let outcome = unsafe stream.read(into: rest)
            if case .bytes(let direct, let shared) = outcome {
                unsafe received.append(contentsOf: UnsafeRawBufferPointer(rest).prefix(direct))
                unsafe received.append(contentsOf: UnsafeRawBufferPointer(shared))
            }
            return outcome
        }
        if case .ended(let reason) = outcome { return finish(reason) }
        if received.count == outgoing.count { finish(nil) }
    }

    private func finish(_ reason: StreamEnd?) {
        end = reason
        stream.close()
        result.offer(received)
        result.close()
    }
}
