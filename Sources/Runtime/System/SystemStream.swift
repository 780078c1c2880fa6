import CConclaveSystem
import ConclaveCodec
import ConclaveRuntime
import Glibc

/// A TCP connection of the kernel.
///
/// `@unchecked Sendable`: until it is attached only its owner has it, afterwards it is touched on its loop
/// only.
final class SystemStream: ByteStream, EventSource, @unchecked Sendable {
    let localAddress: SocketAddress
    let remoteAddress: SocketAddress

    private struct Home {
        let loop: EventLoop
        let token: Poller.Token
        var owner: any StreamOwner
    }

    /// Negative once closed.
    private var descriptor: Int32
    private var home: Home?
    /// What the owner asked for.
    private var interest: Readiness = []
    /// What epoll watches: less than asked for when a direction has ended.
    private var watched: PollEvents = []
    /// Directions that are over; watching them would spin the loop.
    private var over: Readiness = []
    /// Why epoll refused the descriptor; told by the next read or write.
    private var refusal: HostFailure?
    /// Whether the owner read, wrote or changed its interest since the last event.
    private var touched = false

    /// Most buffers of one `sendmsg`; more cost a further call. The outbox offers a handful of records at a
    /// time.
    private static let buffersPerCall = 64

    init(_ descriptor: Int32, remote: SocketAddress) {
        self.descriptor = descriptor
        remoteAddress = remote
        localAddress = remote.local(of: descriptor)
    }

    deinit {
        if descriptor >= 0 { conclave_close(descriptor) }
    }

    // MARK: ByteStream

    func attach(_ owner: any StreamOwner, on executor: any RuntimeExecutor) {
        let loop = EventLoop.required(executor)
        precondition(loop.isCurrent, "a stream is attached on the loop where it will live")
        guard descriptor >= 0 else { return }
        if home == nil {
            home = Home(loop: loop, token: loop.register(self), owner: owner)
        } else {
            home?.owner = owner
        }
        watch(.readable)
    }

    func watch(_ interest: Readiness) {
        self.interest = interest
        touched = true
        updateWatch()
    }

    func read(into rest: UnsafeMutableRawBufferPointer, thenAtMost limit: Int) -> ReadOutcome {
        guard let home else { return .ended(.failed(.closed)) }
        let shared = unsafe UnsafeMutableRawBufferPointer(rebasing: home.loop.scratch.prefix(limit))
        return unsafe read(into: rest, then: shared)
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        unsafe read(into: buffer, then: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }

    private func read(
        into rest: UnsafeMutableRawBufferPointer, then shared: UnsafeMutableRawBufferPointer
    ) -> ReadOutcome {
        touched = true
        guard descriptor >= 0 else { return .ended(.failed(.closed)) }
        if let refusal { return .ended(.failed(refusal)) }
        guard rest.count + shared.count > 0 else { return .nothing }  // zero bytes read would mean the end
        let count = unsafe conclave_read_two(
            descriptor, rest.baseAddress, rest.count, shared.baseAddress, shared.count)
        switch count {
        case 1...:
            let direct = min(count, rest.count)
            return unsafe .bytes(
                direct: direct,
                shared: UnsafeMutableRawBufferPointer(rebasing: shared.prefix(count - direct)))
        case 0:
            return ended(.endOfStream, .readable)
        case -Int(EAGAIN):
            return .nothing
        case _:
            return ended(StreamEnd(count, in: .read), [.readable, .writable])
        }
    }

    func write(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> WriteOutcome {
        touched = true
        guard descriptor >= 0 else { return .ended(.failed(.closed)) }
        if let refusal { return .ended(.failed(refusal)) }
        var taken = 0, next = 0
        while next < buffers.count {
            let end = min(next + Self.buffersPerCall, buffers.count)
            let offered = unsafe UnsafeBufferPointer(rebasing: buffers[next..<end])
            let (count, total) = unsafe send(offered)
            guard count >= 0 else {
                // What was taken before is reported first; the next write meets the same end.
                guard taken == 0, count != -Int(EAGAIN) else { return .took(taken) }
                over = [.readable, .writable]
                updateWatch()
                return .ended(StreamEnd(count, in: .write))
            }
            taken += count
            guard count == total else { break }
            next = end
        }
        return .took(taken)
    }

    func finishWriting() {
        if descriptor >= 0 { conclave_finish_writing(descriptor) }
    }

    func close() {
        guard descriptor >= 0 else { return }
        if let home {
            try? home.loop.watch(descriptor, home.token, from: watched, to: [])
            home.loop.forget(home.token)
        }
        shut()
    }

    // MARK: EventSource

    func ready(_ events: PollEvents) {
        guard let owner = home?.owner else { return }
        var readiness: Readiness = []
        if events.contains(.readable) { readiness.insert(.readable) }
        if events.contains(.writable) { readiness.insert(.writable) }
        if events.contains(.broken) { readiness.formUnion(.readable) }
        touched = false
        owner.ready(readiness)
        // epoll repeats a hang-up for ever; an owner that does not care must not spin the loop.
        if events.contains(.broken), !touched, descriptor >= 0 { changeWatch(to: []) }
    }

    func abandoned() {
        shut()
    }

    // MARK: Inside

    /// Bytes taken, or a negative errno, and how many were offered.
    private func send(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> (count: Int, offered: Int) {
        unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: buffers.count) { parts in
            var offered = 0
            for index in buffers.indices {
                let buffer = unsafe buffers[index]
                unsafe parts.initializeElement(
                    at: index,
                    to: iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: buffer.baseAddress), iov_len: buffer.count
                    ))
                offered += buffer.count
            }
            guard let start = parts.baseAddress, offered > 0 else { return (0, 0) }
            return (unsafe conclave_send(descriptor, start, parts.count), offered)
        }
    }

    private func ended(_ end: StreamEnd, _ directions: Readiness) -> ReadOutcome {
        over.formUnion(directions)
        updateWatch()
        return .ended(end)
    }

    private func updateWatch() {
        let open = interest.subtracting(over)
        var events: PollEvents = []
        if open.contains(.readable) { events.insert(.readable) }
        if open.contains(.writable) { events.insert(.writable) }
        changeWatch(to: events)
    }

    private func changeWatch(to events: PollEvents) {
        guard let home, descriptor >= 0, events != watched else { return }
        do throws(HostFailure) {
            try home.loop.watch(descriptor, home.token, from: watched, to: events)
            watched = events
        } catch {
            refuse(error, home)
        }
    }

    /// epoll has no room. The owner learns of it as of any other end: it is told to read.
    private func refuse(_ failure: HostFailure, _ home: Home) {
        refusal = failure
        home.loop.schedule(RefusalNotice(stream: self))
    }

    private func shut() {
        conclave_close(descriptor)
        descriptor = -1
        home = nil
    }

    private final class RefusalNotice: Turnable {
        private let stream: SystemStream

        init(stream: SystemStream) {
            self.stream = stream
        }

        func turn() {
            stream.ready(.readable)
        }
    }
}
