import ConclavePeersCore

/// What becomes of an inbound connection that has proved its key.
enum InboundAnswer: ~Copyable, Sendable {
    case admitted(Reservation)
    case refused(InboundRefusal)
    /// It lost its place while the handshake ran.
    case unauthorised
}
