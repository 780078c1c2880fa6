/// What a command's end means to whoever started it; the numbers are those of sysexits.h.
public enum ExitCode: Int32, Sendable {
    /// Did what was asked; Ctrl-C on something that runs until stopped included.
    case success = 0
    /// Ran, but the goal was not met.
    case goalMissed = 1
    /// Bad usage.
    case usage = 64
    /// A bad input file, or a bad value in one.
    case badInput = 65
    /// Address in use, or a service that cannot be reached.
    case unavailable = 69
    /// A bug of ours.
    case internalError = 70
    /// Cannot write.
    case cannotWrite = 73
}
