import CConclaveSystem
public import ConclaveRuntime

/// A signal of Unix that Conclave sends or receives.
public enum Signal: Int32, Hashable, Sendable, CaseIterable {
    case hangUp = 1
    case interrupt = 2
    case kill = 9
    case terminate = 15
}

/// Signals to this process as messages, instead of as its end.
///
/// The kernel gives a signal to any thread that does not block it. So make this in `main`, on the first
/// thread, before anything starts a thread: what is blocked there is blocked in every later one. Threads of
/// ``SystemRuntime`` block everything anyway.
public struct Signals: Sendable {
    /// Signals that wait to be read; who presses Ctrl-C more often than that says nothing new.
    private static let waitingMax = 8

    private let signals: [Signal]

    /// Blocks `signals` in the calling thread. `.kill` cannot be caught.
    ///
    /// - Throws: `HostFailure.system` if the kernel refuses.
    public init(_ signals: [Signal] = [.interrupt, .terminate, .hangUp]) throws(HostFailure) {
        self.signals = signals
        var numbers = signals.map(\.rawValue)
        let code = unsafe conclave_signals_block(&numbers, Int32(numbers.count))
        guard code == 0 else { throw HostFailure(code, in: .signal) }
    }

    /// The signals that arrive from now on, those pending included. Closing the mailbox ends it, and so does
    /// the end of the context's executor; signals stay blocked then.
    ///
    /// An interrupt that comes while another signal still waits to be read has its usual effect and ends the
    /// process: who presses Ctrl-C again and again at a program that does not listen any more wants it gone.
    /// That takes the context's executor; what keeps it busy for ever keeps out signals, too.
    public func received(in context: Context) throws(HostFailure) -> Mailbox<Signal> {
        let loop = EventLoop.required(context.executor)
        var numbers = signals.map(\.rawValue)
        let descriptor = unsafe conclave_signals_open(&numbers, Int32(numbers.count))
        guard descriptor >= 0 else { throw HostFailure(descriptor, in: .signal) }
        let mailbox = Mailbox<Signal>(capacity: Self.waitingMax, overflow: .dropOldest)
        let source = SignalSource(descriptor, on: loop, into: mailbox)
        loop.perform { source.start() }
        return mailbox
    }
}

/// Reads a signalfd. `@unchecked Sendable`: touched on its loop only.
private final class SignalSource: EventSource, @unchecked Sendable {
    private let loop: EventLoop
    private let mailbox: Mailbox<Signal>
    private var file: WatchedFile?
    private let descriptor: Int32

    init(_ descriptor: Int32, on loop: EventLoop, into mailbox: Mailbox<Signal>) {
        self.descriptor = descriptor
        self.loop = loop
        self.mailbox = mailbox
    }

    func start() {
        file = WatchedFile(descriptor, owner: self, on: loop)
        if file == nil { mailbox.close() }
    }

    func ready(_ events: PollEvents) {
        let number = conclave_signals_next(descriptor)
        guard number > 0, let signal = Signal(rawValue: number) else { return }
        if signal == .interrupt, mailbox.count > 0 { conclave_signals_deliver(number) }
        if !mailbox.offer(signal) { end() }
    }

    func abandoned() {
        end()
    }

    private func end() {
        file?.close()
        file = nil
        mailbox.close()
    }
}
