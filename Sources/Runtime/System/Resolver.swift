import CConclaveSystem
import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import Glibc

/// Asks the system's resolver on threads of its own, because `getaddrinfo` blocks for as long as a name
/// server is silent. Threads exist only while there are questions.
final class Resolver: Sendable {
    typealias Answer = Result<[IPAddress], HostFailure>

    /// Questions asked at once. Four keep one dead name server from holding up the rest, and bound the
    /// threads that many unreachable names can cost.
    private static let threadsMax = 4
    /// Addresses taken of one name; more are not worth dialling.
    private static let addressesMax = 32

    private struct Question {
        let host: HostName
        let reply: Reply<Answer>
    }

    private struct State {
        var questions: [Question] = []
        var threads = 0
        /// Threads that have nothing left to do but to end.
        var leaving: [Thread] = []
        var isClosed = false
    }

    private let state = Lock(State())

    func addresses(of host: HostName) async throws(HostFailure) -> [IPAddress] {
        let reply = Reply<Answer>()
        ask(Question(host: host, reply: reply))
        let answer = await withTaskCancellationHandler {
            await reply.answer()
        } onCancel: {
            reply.tell(.failure(.cancelled))
        }
        return try answer.get()
    }

    /// Joins the threads that are idle. One that is still inside `getaddrinfo` cannot be stopped: it is left
    /// to end by itself, and nobody waits for its answer.
    func close() {
        let questions = state.withLock { state in
            state.isClosed = true
            return exchange(&state.questions, with: [])
        }
        for question in questions { question.reply.tell(.failure(.closed)) }
        joinLeaving()
    }

    private func ask(_ question: Question) {
        joinLeaving()
        let (isClosed, mustStart) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed else { return (true, false) }
            state.questions.append(question)
            guard state.threads < Self.threadsMax else { return (false, false) }
            state.threads += 1
            return (false, true)
        }
        if isClosed { question.reply.tell(.failure(.closed)) }
        if mustStart { startThread() }
    }

    private func startThread() {
        do throws(HostFailure) {
            _ = try Thread("resolver") { [self] in answerQuestions() }
        } catch {
            // The questions stay for the threads there are; without any, nobody would ever answer.
            let questions = state.withLock { state in
                state.threads -= 1
                return state.threads > 0 ? [] : exchange(&state.questions, with: [])
            }
            for question in questions { question.reply.tell(.failure(error)) }
        }
    }

    private func answerQuestions() {
        while true {
            let next = state.withLock { state -> Question? in
                if !state.questions.isEmpty { return state.questions.removeFirst() }
                state.threads -= 1
                if state.isClosed { Thread.current.detach() } else { state.leaving.append(.current) }
                return nil
            }
            guard let next else { return }
            next.reply.tell(Self.ask(next.host))
        }
    }

    private func joinLeaving() {
        for thread in state.withLock({ exchange(&$0.leaving, with: []) }) { thread.join() }
    }

    private static func ask(_ host: HostName) -> Answer {
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
