import CConclaveSystem
import ConclaveRuntime

/// A descriptor that a loop watches for reading, and owns. On the loop only.
struct WatchedFile {
    let descriptor: Int32
    private let loop: EventLoop
    private let token: Poller.Token

    /// Nil, with the descriptor closed, if epoll has no room for it.
    init?(_ descriptor: Int32, owner: any EventSource, on loop: EventLoop) {
        let token = loop.register(owner)
        do throws(HostFailure) {
            try loop.watch(descriptor, token, from: [], to: .readable)
        } catch {
            loop.forget(token)
            conclave_close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        self.loop = loop
        self.token = token
    }

    /// Ends watching and closes the descriptor; once.
    func close() {
        try? loop.watch(descriptor, token, from: .readable, to: [])
        loop.forget(token)
        conclave_close(descriptor)
    }
}
