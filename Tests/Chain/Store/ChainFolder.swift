import Glibc

/// A folder for one test's chain, gone with all that is in it when the test lets go of it.
final class ChainFolder: Sendable {
    let path: String

    init() {
        var name = Array("/tmp/conclave-chain-XXXXXX".utf8CString)
        path = unsafe name.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) } ?? ""
        }
    }

    deinit {
        for name in ["chain.sqlite", "chain.sqlite-wal", "chain.sqlite-shm", "chain.lock"] {
            _ = unsafe unlink(path + "/" + name)
        }
        _ = unsafe rmdir(path)
    }
}
