import CConclaveSystem
package import ConclaveCodec
import ConclavePrimitives
package import ConclaveRuntime
import Glibc

/// Asks the system's resolver on threads of its own, because `getaddrinfo` blocks for as long as a name
/// server is silent. Threads exist only while there are questions.
///
/// A name is asked for once at a time, however many tasks wait for it, so that one dead name holds up one
/// thread; and not at all if nobody waits any more when its turn comes.
package final class Resolver: Sendable {
    package typealias Answer = Result<[IPAddress], HostFailure>

    /// Questions asked at once. Four keep one dead name server from holding up the rest, and bound the
    /// threads that many unreachable names can cost.
    package static let threadsMax = 4
    /// Addresses taken of one name; more are not worth dialling.
    private static let addressesMax = 32

    private struct State {
        var questions: QuestionQueue
        var threads = 0
        /// Threads that have nothing left to do but to end.
        var leaving: [Thread] = []
        var isClosed = false
    }

    private let state: Lock<State>
    private let lookUp: @Sendable (HostName) -> Answer

    /// - Parameters:
    ///   - namesMax: names that may wait for a thread; beyond, asking fails with `.system(.resolve, EAGAIN)`.
    ///   - lookUp: asks and waits; called on the resolver's own threads.
    package init(namesMax: Int = 1_024, lookUp: @escaping @Sendable (HostName) -> Answer = systemAnswer) {
        self.lookUp = lookUp
        state = Lock(State(questions: QuestionQueue(namesMax: namesMax)))
    }

    package func addresses(of host: HostName) async throws(HostFailure) -> [IPAddress] {
        let reply = Reply<Answer>(.name)
        ask(host, reply)
        return try await reply.answer(ifCancelled: .failure(.cancelled)).get()
    }

    /// Joins the threads that are idle. One that is still inside `getaddrinfo` cannot be stopped: it is left
    /// to end by itself, and nobody waits for its answer.
    package func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            return state.questions.takeWaiting()
        }
        for reply in waiting { reply.tell(.failure(.closed)) }
        joinLeaving()
    }

    private func ask(_ host: HostName, _ reply: Reply<Answer>) {
        joinLeaving()
        let (refusal, mustStart) = state.withLock { state -> (HostFailure?, Bool) in
            guard !state.isClosed else { return (.closed, false) }
            switch state.questions.add(host, reply) {
            case .full: return (HostFailure(-EAGAIN, in: .resolve), false)
            case .joined: return (nil, false)
            case .waits:
                guard state.threads < Self.threadsMax else { return (nil, false) }
                state.threads += 1
                return (nil, true)
            }
        }
        if let refusal { reply.tell(.failure(refusal)) }
        if mustStart { startThread() }
    }

    private func startThread() {
        do throws(HostFailure) {
            _ = try Thread("resolver") { [self] in answerQuestions() }
        } catch {
            // The questions stay for the threads there are; without any, nobody would ever answer.
            let waiting = state.withLock { state in
                state.threads -= 1
                return state.threads > 0 ? [] : state.questions.takeWaiting()
            }
            for reply in waiting { reply.tell(.failure(error)) }
        }
    }

    private func answerQuestions() {
        while true {
            let next = state.withLock { state -> HostName? in
                if let host = state.questions.next() { return host }
                state.threads -= 1
                if state.isClosed { Thread.current.detach() } else { state.leaving.append(.current) }
                return nil
            }
            guard let next else { return }
            let answer = lookUp(next)
            for reply in state.withLock({ $0.questions.answered(next) }) { reply.tell(answer) }
        }
    }

    private func joinLeaving() {
        for thread in state.withLock({ exchange(&$0.leaving, with: []) }) { thread.join() }
    }

    /// What the system's resolver says.
    package static func systemAnswer(_ host: HostName) -> Answer {
        unsafe withUnsafeTemporaryAllocation(of: conclave_address.self, capacity: addressesMax) { found in
            guard let start = found.baseAddress else { return .success([]) }
            let count = unsafe conclave_resolve(host.description, start, Int32(addressesMax))
            guard count >= 0 else {
                return .failure(count == -ENOENT ? .unknownHost(host) : HostFailure(count, in: .resolve))
            }
            return .success(unsafe found.prefix(Int(count)).compactMap { $0.socketAddress?.ip })
        }
    }
}
