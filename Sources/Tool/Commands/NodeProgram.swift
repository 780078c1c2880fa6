import ConclaveLocalnet
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry

/// Runs a command's work on the runtime, with signals as messages and logs to standard error.
enum NodeProgram {
    /// Runs `work` and returns when it and all that it started have ended.
    ///
    /// - Parameter folder: of what is to outlive the process; nil for what keeps nothing.
    static func run(
        _ name: String, loops: Int, keepingIn folder: String? = nil, common: CommonOptions,
        _ work: @escaping @Sendable (Context, Mailbox<Signal>) async throws(Failure) -> ExitCode
    ) throws(Failure) -> ExitCode {
        let outcome = Lock<Result<ExitCode, Failure>>(
            .failure(Failure(.internalError, "it ended without saying how; the log may tell why")))
        let runtime: SystemRuntime
        let signals: Signals
        do throws(HostFailure) {
            // Before the first thread of the runtime, which must not be ended by a signal.
            signals = try Signals()
            runtime = try SystemRuntime(
                loops: loops, storage: folder.map { SystemStorage(folder: $0) }, log: log(common))
        } catch {
            throw Failure(LocalnetFailure(error))
        }
        _ = runtime.run(name) { context in
            let result = await result { () async throws(Failure) in
                let received = try Failure.hosting { () throws(HostFailure) in
                    try signals.received(in: context)
                }
                return try await work(context, received)
            }
            outcome.withLock { $0 = result }
            return 0
        }
        return try outcome.withLock { $0 }.get()
    }

    private static func result(
        _ body: () async throws(Failure) -> ExitCode
    ) async -> Result<ExitCode, Failure> {
        do throws(Failure) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private static func log(_ common: CommonOptions) -> Log {
        Log(
            level: common.logLevel, format: common.logFormat, sink: DescriptorSink.standardError,
            time: { SystemClock().wallTime })
    }
}

extension Failure {
    /// Runs `body`, which asks something of our surroundings, and turns its failure into a command's.
    static func hosting<Result>(_ body: () throws(HostFailure) -> Result) throws(Failure) -> Result {
        do throws(HostFailure) {
            return try body()
        } catch {
            throw Failure(LocalnetFailure(error))
        }
    }

    /// Runs `body`, which may suspend, and turns its failure into a command's.
    static func awaiting<Result>(
        _ body: () async throws(LocalnetFailure) -> Result
    ) async throws(Failure) -> Result {
        do throws(LocalnetFailure) {
            return try await body()
        } catch {
            throw Failure(error)
        }
    }
}
