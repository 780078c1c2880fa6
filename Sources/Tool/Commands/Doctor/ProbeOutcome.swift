import ConclaveCodec
import ConclaveTransport

/// What became of a handshake with one validator.
enum ProbeOutcome: Hashable, Sendable {
    /// It proved its key. The clock is theirs against ours, as well as the round trip lets it be known.
    case answered(at: SocketAddress, clockAhead: Duration, roundTrip: Duration)
    /// The name has no address, or the resolver did not say.
    case unresolved(String)
    /// The system said at once that there is no way, or nobody there.
    case unreachable(SocketAddress)
    /// No connection, or no answer, before the time was over.
    case timedOut
    /// The connection was closed before we had proved anything: it does not want us.
    case closedOnName
    /// The connection was closed when it had seen our proof: it means another key, network or time.
    case closedOnProof
    /// What it answered does not verify.
    case wrongAnswer(HandshakeFault)
    /// Our own machine failed.
    case failed(String)
}
