public import ConclaveCodec

/// Makes connections. In production the kernel's TCP, in the simulation a network inside the process.
public protocol Network: Sendable {
    /// Listens on `address`; port 0 takes a free one. Connections wait in the kernel until they are accepted.
    func listen(on address: SocketAddress, executor: any RuntimeExecutor) throws(HostFailure) -> any Acceptor

    /// Connects. Cancelling the task gives the attempt up and throws ``HostFailure/cancelled``.
    func connect(
        to address: SocketAddress,
        on executor: any RuntimeExecutor
    ) async throws(HostFailure) -> any ByteStream

    /// Every address that `host` has now, in the order the resolver gave; asked anew each time, never on a
    /// loop.
    func resolve(_ host: HostName) async throws(HostFailure) -> [IPAddress]
}

/// Accepts connections on one address.
public protocol Acceptor: AnyObject, Sendable {
    /// The address with the port that was really taken.
    var address: SocketAddress { get }

    /// The next connection; one caller at a time. Waits out a lack of descriptors, and pauses before it
    /// throws any other failure of the system, so that the caller may simply call again. Throws
    /// ``HostFailure/closed`` after ``close()`` and ``HostFailure/cancelled`` when the task is cancelled.
    func accept() async throws(HostFailure) -> any ByteStream

    /// Stops listening.
    func close()
}
