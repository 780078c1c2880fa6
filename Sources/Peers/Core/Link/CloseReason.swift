public import ConclaveTransport

/// Why a link ended. The set is closed; it labels metrics and is told to the engine.
public enum CloseReason: Error, Hashable, Sendable {
    /// We stop.
    case shutdown
    /// Another connection with the same peer took its place.
    case replaced
    /// The peer broke the protocol.
    case protocolError(PeerFault)
    /// Nothing was received for ``Profile/silenceTimeout``.
    case silent
    /// A write made no progress for ``Profile/silenceTimeout``.
    case writeStalled
    /// No tracked set holds the peer any more, or it was blocked.
    case notAuthorised
    /// The engine said that the peer is somewhere else now.
    case addressChanged
    /// The engine asked for it.
    case requested
    /// The peer said why it closes the connection, in the native profile.
    case goodbye(GoodbyeReason)
    /// The peer closed the connection, and said nothing.
    case endOfStream
    /// The connection broke.
    case reset
    /// Our own machine refused: no memory, no descriptors.
    case hostFailure

    /// The name in metrics and JSON. It never changes.
    public var name: String {
        switch self {
        case .shutdown: "shutdown"
        case .replaced: "replaced"
        case .protocolError: "protocol_error"
        case .silent: "silent"
        case .writeStalled: "write_stalled"
        case .notAuthorised: "not_authorised"
        case .addressChanged: "address_changed"
        case .requested: "requested"
        case .goodbye(let reason): "peer_" + reason.name
        case .endOfStream: "end_of_stream"
        case .reset: "reset"
        case .hostFailure: "host_failure"
        }
    }

    /// Every ``name``.
    public static let names =
        [
            "shutdown", "replaced", "protocol_error", "silent", "write_stalled", "not_authorised",
            "address_changed",
            "requested", "end_of_stream", "reset", "host_failure",
        ] + GoodbyeReason.allCases.map { "peer_" + $0.name }

    /// What the peer is told of it; nil if nothing. Who is asked to go but may come back hears nothing, and
    /// who is silent would not hear it.
    package var goodbye: GoodbyeReason? {
        switch self {
        case .shutdown: .shutdown
        case .replaced: .replaced
        case .protocolError: .protocolError
        case .notAuthorised: .notWanted
        case .hostFailure: .overloaded
        case .silent, .writeStalled, .addressChanged, .requested, .goodbye, .endOfStream, .reset: nil
        }
    }
}
