import Glibc

/// Writing to a descriptor that may take a part at a time.
package enum WholeWrite {
    /// Writes all of `bytes`, waiting where the descriptor does. False, with `errno` set, if it takes
    /// no more.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let took = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if took < 0, errno == EINTR { continue }
            guard took > 0 else { return false }
            written += took
        }
        return true
    }
}
