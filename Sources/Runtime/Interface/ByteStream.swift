public import ConclaveCodec

/// One end of a connection: bytes in order, both ways. Closing it or dropping the last reference closes the
/// connection.
///
/// Made unattached by ``Network/connect(to:on:)`` and ``Acceptor/accept()``; whoever owns it attaches it to
/// the executor where it will live. After that every call is made there.
public protocol ByteStream: AnyObject, Sendable {
    var localAddress: SocketAddress { get }
    var remoteAddress: SocketAddress { get }

    /// Begins to tell `owner` what the stream is ready for: `.readable` at first. Call on `executor`. An
    /// owner that was attached before on the same executor is replaced; the stream keeps it alive until
    /// ``close()``.
    func attach(_ owner: any StreamOwner, on executor: any RuntimeExecutor)

    /// What the owner wants to be told about. Not being told of `.readable` holds the peer's bytes back in
    /// the kernel.
    func watch(_ interest: Readiness)

    /// Reads what has arrived: first into `rest`, which may be empty, then at most `limit` bytes, above 0,
    /// into the executor's own buffer, in one call.
    func read(into rest: UnsafeMutableRawBufferPointer, thenAtMost limit: Int) -> ReadOutcome

    /// Reads what has arrived into `buffer` and nowhere else: for a stranger's handshake, which may bring no
    /// more than it was asked for. What does not fit waits in the kernel.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome

    /// Writes as much of the buffers, in order, as there is room for. Never waits.
    func write(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> WriteOutcome

    /// Says that nothing more will be written, so that the other side reads to the end; reading goes on.
    func finishWriting()

    /// Ends the connection and lets go of the owner, which is not called again.
    func close()
}

extension ByteStream {
    /// Reads what has arrived: first into `rest`, then as much as the executor's own buffer holds.
    public func read(into rest: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        unsafe read(into: rest, thenAtMost: .max)
    }
}

/// Performs what a stream's readiness asks for.
public protocol StreamOwner: AnyObject, Sendable {
    /// On the stream's executor. End of stream and errors are reported as `.readable`: the next read tells.
    func ready(_ readiness: Readiness)
}

/// What a stream can do now, or what its owner waits for.
public struct Readiness: OptionSet, Sendable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    // Computed: a stored one is a call, several times a message.
    @inlinable public static var readable: Readiness { Readiness(rawValue: 1) }
    @inlinable public static var writable: Readiness { Readiness(rawValue: 2) }
}

/// What a read brought.
@safe
public enum ReadOutcome {
    /// So many bytes went into the caller's buffer, and the rest lie in the executor's, valid until the
    /// caller returns to it.
    case bytes(direct: Int, shared: UnsafeMutableRawBufferPointer)
    /// Nothing has arrived.
    case nothing
    case ended(StreamEnd)
}

/// What a write took.
public enum WriteOutcome: Equatable, Sendable {
    /// So many bytes were taken; less than offered means that there is no room now: wait for `.writable`.
    case took(Int)
    case ended(StreamEnd)
}

/// How a connection ended.
public enum StreamEnd: Error, Hashable, Sendable {
    /// The peer closed its side in good order.
    case endOfStream
    /// The peer or something between reset the connection.
    case reset
    /// Our own system failed.
    case failed(HostFailure)
}
