import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime

/// What has become of links, on its way to the one task that looks after all of them. A task of its own that
/// waits for the end would take more memory than an idle link does.
///
/// Bounded by the links there are: each is announced before it begins, opens once at most, and ends once.
final class LinkNews: Sendable {
    enum Item: Sendable {
        /// Both sides are committed: messages may be sent.
        case opened(Link)
        case ended(Link, CloseReason)
        /// Once, when the network shuts down: no link may stay open.
        case endAll
        /// The network has shut down, and nothing will come any more.
        case over
    }

    private struct State {
        var items = RingBuffer<Item>()
        /// Links that were announced and whose end was not read.
        var announced = 0
        var reader: SuspendedTask?
        var isStopping = false
        /// Whether the reader knows that all have to end.
        var hasSaidSo = false

        var hasNews: Bool {
            !items.isEmpty || isStopping && (!hasSaidSo || announced == 0)
        }

        mutating func take() -> Item? {
            if isStopping, !hasSaidSo {
                hasSaidSo = true
                return .endAll
            }
            if let item = items.popFirst() {
                if case .ended = item { announced -= 1 }
                return item
            }
            return isStopping && announced == 0 ? .over : nil
        }
    }

    private let state = Lock(State())

    /// A link is about to begin, and will end; false if none may begin any more.
    func announce() -> Bool {
        state.withLock { state in
            guard !state.isStopping else { return false }
            state.announced += 1
            return true
        }
    }

    /// From any thread.
    func append(_ item: Item) {
        tell { $0.items.append(item) }  // I9
    }

    /// Waits for the next. One reader at a time, which goes on until it reads ``Item/over``, also when its
    /// task is cancelled: that means that everything has to end.
    func next() async -> Item {
        while true {
            if Task.isCancelled { stop() }
            if let item = state.withLock({ $0.take() }) { return item }
            await wait()
        }
    }

    private func wait(isolation: isolated (any Actor)? = #isolation) async {
        let note = WaitNote.begin(.news)
        defer { note?.end() }
        await withTaskCancellationHandler {
            _ = isolation  // captured, so that the closure runs where the caller does: one job, not two
            await unsafe withUnsafeContinuation { unsafe park(SuspendedTask($0)) }
        } onCancel: {
            stop()
        }
    }

    private func park(_ task: SuspendedTask) {
        let goesOn = state.withLock { state in
            if state.hasNews { return true }
            state.reader = task  // I9
            return false
        }
        if goesOn { task.resume() }
    }

    private func stop() {
        tell { $0.isStopping = true }
    }

    private func tell(_ change: (inout sending State) -> Void) {
        let reader = state.withLock { state in
            change(&state)
            return state.reader.take()
        }
        reader?.resume()
    }
}
