import CConclaveSystem
public import ConclaveTelemetry

/// Writes log lines to a descriptor, each with one system call, so that lines of several threads and
/// processes do not mix. What cannot be written is lost: a log must not stop what it tells about.
public struct DescriptorSink: LogSink {
    private let descriptor: Int32

    /// Standard error, where logs belong.
    public static let standardError = DescriptorSink(2)

    /// Does not take the descriptor over.
    public init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    public func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes -> Int in
                guard let start = bytes.baseAddress else { return 0 }
                return unsafe conclave_write(descriptor, start + done, bytes.count - done)
            }
            guard count > 0 else { return }
            done += count
        }
    }
}
