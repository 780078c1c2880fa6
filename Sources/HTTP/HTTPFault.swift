public import ConclaveCodec

/// Why the endpoint cannot run.
public enum HTTPFault: Error, Hashable, Sendable {
    /// The address is not a loopback one, and ``HTTPReach/anywhere`` was not said.
    case notLoopback(SocketAddress)
    case addressInUse(SocketAddress)
    /// It is not this machine's, or its port is not allowed.
    case addressUnavailable(SocketAddress)
    /// The system refused, with this number.
    case system(code: Int32)
    /// It runs already or has ended.
    case closed
}
