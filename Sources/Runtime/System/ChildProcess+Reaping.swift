import CConclaveSystem
import Glibc

extension ChildProcess.Exit {
    /// How `process` ended; nil while it runs. Its number is the system's again afterwards.
    init?(reaping process: Int32) {
        var code: Int32 = 0, signal: Int32 = 0
        switch unsafe conclave_reap(process, &code, &signal) {
        case 0: return nil
        case 1: self = signal == 0 ? .code(code) : .signal(signal)
        case _: self = .unknown
        }
    }

    /// Kills the whole group of `process` and waits for its end, which may have been another before. Unknown
    /// if it does not die within a second: the kernel may keep it for as long as a disk is silent.
    init(killing process: Int32) {
        _ = conclave_kill_group(process, SIGKILL)
        for _ in 0..<10_000 {
            if let exit = Self(reaping: process) {
                self = exit
                return
            }
            usleep(100)
        }
        self = .unknown
    }
}
