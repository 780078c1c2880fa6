import ConclaveArguments
import ConclaveLocalnet

/// Why a command could not do what was asked: one line for people, and the exit code.
struct Failure: Error, Hashable {
    let exit: ExitCode
    let message: String

    init(_ exit: ExitCode, _ message: String) {
        self.exit = exit
        self.message = message
    }

    init(_ error: UsageError) {
        self.init(.usage, error.message)
    }

    init(_ error: FileFailure) {
        switch error {
        case .badInput(let message): self.init(.badInput, message)
        case .cannotWrite(let message): self.init(.cannotWrite, message)
        case .inUse(let message): self.init(.unavailable, message)
        }
    }

    /// Runs `body`, which works on files, and turns its failure into a command's.
    static func ofFiles<Result>(_ body: () throws(FileFailure) -> Result) throws(Failure) -> Result {
        do throws(FileFailure) {
            return try body()
        } catch {
            throw Failure(error)
        }
    }
}
