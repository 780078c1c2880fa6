import ConclaveArguments
import ConclaveLocalnet

/// Why a command could not do what was asked: one line for people, and the exit code.
package struct Failure: Error, Hashable {
    let exit: ExitCode
    package let message: String

    init(_ exit: ExitCode, _ message: String) {
        self.exit = exit
        self.message = message
    }

    init(_ error: UsageError) {
        self.init(.usage, error.message)
    }

    init(_ error: LocalnetFailure) {
        let exit: ExitCode =
            switch error {
            case .badInput: .badInput
            case .badUsage: .usage
            case .cannotWrite: .cannotWrite
            case .unavailable: .unavailable
            }
        self.init(exit, error.message)
    }

    /// Runs `body` and turns its failure into a command's.
    static func converting<Result: ~Copyable>(
        _ body: () throws(LocalnetFailure) -> Result
    ) throws(Failure) -> Result {
        do throws(LocalnetFailure) {
            return try body()
        } catch {
            throw Failure(error)
        }
    }
}
