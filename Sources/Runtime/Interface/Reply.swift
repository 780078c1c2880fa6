public import ConclavePrimitives

/// One answer for one task that waits: the first told counts, whether it comes before the waiting or after.
///
/// Bodies of the runtime use it wherever a task waits for something from outside. All of it can be inlined:
/// generic code that is not specialised asks for the types of its parts at each step, and there are a dozen
/// answers to a link.
@usableFromInline
package final class Reply<Answer: Sendable>: Sendable {
    @usableFromInline
    enum State: Sendable {
        case open
        case waiting(CheckedContinuation<Answer, Never>)
        case told(Answer)
        case taken
    }

    @usableFromInline let state = Lock<State>(.open)
    @usableFromInline let wait: Wait

    /// - Parameter wait: what whoever waits here waits for.
    @inlinable
    package init(_ wait: Wait = .answer) {
        self.wait = wait
    }

    /// Answers, unless an answer was given before: then false.
    @inlinable
    @discardableResult
    package func tell(_ answer: Answer) -> Bool {
        let (waiting, first) = state.withLock { state -> (CheckedContinuation<Answer, Never>?, Bool) in
            switch state {
            case .open:
                state = .told(answer)  // I9
                return (nil, true)
            case .waiting(let continuation):
                state = .taken
                return (continuation, true)
            case .told, .taken:
                return (nil, false)
            }
        }
        waiting?.resume(returning: answer)
        return first
    }

    /// Whether an answer was given: another one would change nothing.
    @inlinable
    package var isTold: Bool {
        state.withLock { state in
            switch state {
            case .open, .waiting: false
            case .told, .taken: true
            }
        }
    }

    /// Like ``answer()``, but cancelling the task is answered by `substitute` unless the true answer was
    /// first. Then `giveUp` is called, on any thread.
    @inlinable
    package func answer(
        ifCancelled substitute: Answer, giveUp: @Sendable () -> Void = {},
        isolation: isolated (any Actor)? = #isolation
    ) async -> Answer {
        await withTaskCancellationHandler {
            _ = isolation  // captured, so that the closure runs where the caller does: one job, not two
            return await answer()
        } onCancel: {
            if tell(substitute) { giveUp() }
        }
    }

    /// Waits for the answer; once.
    @inlinable
    package func answer() async -> Answer {
        let note = WaitNote.begin(wait)
        defer { note?.end() }
        return await withCheckedContinuation { continuation in
            let early = state.withLock { state -> Answer? in
                switch state {
                case .open:
                    state = .waiting(continuation)
                    return nil
                case .told(let answer):
                    state = .taken
                    return answer
                case .waiting, .taken:
                    preconditionFailure("a reply is waited for once")
                }
            }
            if let early { continuation.resume(returning: early) }
        }
    }
}
