public import ConclaveCodec

/// Our own surroundings failed: retry or tell the operator, charge no peer.
public enum HostFailure: Error, Hashable, Sendable {
    /// Somebody listens on this address already.
    case addressInUse(SocketAddress)
    /// This machine has no such address, or we may not use the port.
    case addressUnavailable(SocketAddress)
    /// The other side refused, could not be reached, or did not answer.
    case unreachable(SocketAddress)
    /// The resolver knows no address for this name.
    case unknownHost(HostName)
    /// The process may open no more descriptors.
    case outOfDescriptors
    /// Given up because the task was cancelled or its deadline passed.
    case cancelled
    /// What was used is closed.
    case closed
    /// A system call failed in a way that nothing above explains: its name and `errno`.
    case system(SystemCall, code: Int32)
}

/// The system calls that can fail in a way we do not expect.
public enum SystemCall: String, Hashable, Sendable {
    case listen, accept, connect, read, write, epoll, resolve, spawn, signal
}
