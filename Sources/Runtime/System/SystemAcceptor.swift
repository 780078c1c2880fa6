import CConclaveSystem
import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import Glibc

/// A listening socket of the kernel. Its descriptor is touched on its loop only; callers leave a reply there.
/// It accepts one connection a turn of the loop, so that a burst of strangers does not keep the links
/// waiting.
///
/// `@unchecked Sendable`: the stored variables belong to the loop.
final class SystemAcceptor: Acceptor, EventSource, Turnable, Wakeable, @unchecked Sendable {
    typealias Answer = Result<SystemStream, HostFailure>

    let address: SocketAddress

    /// How long to wait when the process or the machine has no descriptor left, and before any other failure
    /// is told, so that whoever calls again at once does not spin. Connections wait in the kernel.
    private static let pause = Duration.milliseconds(100)

    private let loop: EventLoop
    private let unsentBytes: Int32
    /// Negative once closed.
    private var descriptor: Int32
    private var token: Poller.Token?
    private var watched: PollEvents = []
    private var caller: Reply<Answer>?
    /// Accepted for a caller that was cancelled in the same moment; the next one gets it.
    private var spare: SystemStream?
    private var isScheduled = false
    /// Set while nothing is accepted because something failed.
    private var alarm: Alarm?
    /// What the caller is told when the alarm rings; nil if it should rather go on waiting.
    private var failure: HostFailure?

    init(_ descriptor: Int32, address: SocketAddress, on loop: EventLoop, unsentBytes: Int32) {
        self.descriptor = descriptor
        self.address = address.local(of: descriptor)
        self.loop = loop
        self.unsentBytes = unsentBytes
    }

    deinit {
        if descriptor >= 0 { conclave_close(descriptor) }
    }

    func accept() async throws(HostFailure) -> any ByteStream {
        let reply = Reply<Answer>(.connection)
        loop.perform { [self] in wanted(by: reply) }
        return try await reply.answer(ifCancelled: .failure(.cancelled)).get()
    }

    func close() {
        loop.perform { [self] in shut() }
    }

    // MARK: On the loop

    func ready(_ events: PollEvents) {
        acceptOne()
    }

    func turn() {
        isScheduled = false
        acceptOne()
    }

    func woke(_ alarm: Alarm) {
        self.alarm = nil
        if let failure = failure.take() {
            refuse(failure)
        } else {
            acceptOne()
        }
    }

    func abandoned() {
        token = nil
        shut()
    }

    private func wanted(by reply: Reply<Answer>) {
        guard descriptor >= 0, !loop.hasEnded else {
            _ = reply.tell(.failure(.closed))
            return
        }
        caller = reply
        guard !isScheduled else { return }
        isScheduled = true
        loop.schedule(self)
    }

    /// Takes one connection if somebody waits for one; watches the socket only while somebody does.
    private func acceptOne() {
        guard let caller, descriptor >= 0 else { return watch([]) }
        if let stream = spare {
            spare = nil
            return answer(caller, stream)
        }
        guard alarm == nil else { return }
        var remote = conclave_address()
        let accepted = unsafe conclave_accept(descriptor, &remote, unsentBytes)
        switch -accepted {
        case ...0:
            answer(caller, SystemStream(accepted, remote: remote.socketAddress ?? address))
        case EAGAIN:
            watch(.readable)
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            rest(thenTell: nil)
        case _:
            rest(thenTell: HostFailure(accepted, in: .accept))
        }
    }

    private func rest(thenTell failure: HostFailure?) {
        watch([])
        self.failure = failure
        alarm = loop.setAlarm(at: SystemClock().now.advanced(by: Self.pause), for: self)
    }

    private func answer(_ caller: Reply<Answer>, _ stream: SystemStream) {
        self.caller = nil
        watch([])
        if !caller.tell(.success(stream)) { spare = stream }
    }

    private func refuse(_ failure: HostFailure) {
        watch([])
        caller?.tell(.failure(failure))
        caller = nil
    }

    private func watch(_ events: PollEvents) {
        guard descriptor >= 0, events != watched else { return }
        let token = self.token ?? loop.register(self)
        self.token = token
        do throws(HostFailure) {
            try loop.watch(descriptor, token, from: watched, to: events)
            watched = events
        } catch {
            watched = []
            rest(thenTell: error)
        }
    }

    private func shut() {
        guard descriptor >= 0 else { return }
        watch([])
        if let token { loop.forget(token) }
        token = nil
        if let alarm { loop.cancel(alarm) }
        alarm = nil
        failure = nil
        conclave_close(descriptor)
        descriptor = -1
        spare = nil
        refuse(.closed)
    }
}
