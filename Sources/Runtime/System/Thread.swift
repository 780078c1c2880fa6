import CConclaveSystem
import ConclaveRuntime

/// A thread that runs one piece of work and must be joined.
struct Thread: Sendable {
    private let number: UInt64

    /// - Parameter name: shown by `top -H`; at most 15 bytes of it.
    init(_ name: String, _ work: @escaping @Sendable () -> Void) throws(HostFailure) {
        let box = unsafe Unmanaged.passRetained(Work(work))
        var number: UInt64 = 0
        let code = unsafe conclave_thread_start(
            &number, name,
            { raw in
                unsafe Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body()
            }, box.toOpaque())
        guard code == 0 else {
            unsafe box.release()
            throw HostFailure(code, in: .spawn)
        }
        self.number = number
    }

    private init(number: UInt64) {
        self.number = number
    }

    /// The calling thread, if it was started by this type.
    static var current: Thread { Thread(number: conclave_thread_self()) }

    /// Waits until the thread has ended; once.
    func join() { conclave_thread_join(number) }

    /// Instead of joining: the thread's memory is freed when it ends.
    func detach() { conclave_thread_detach(number) }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
