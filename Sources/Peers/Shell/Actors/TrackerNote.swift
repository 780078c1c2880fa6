import ConclavePeersCore
import ConclaveTransport

/// What is told to the Tracker without waiting for it, from wherever it happens.
enum TrackerNote: Sendable {
    /// A reservation ended.
    case released(ReservationTicket)
    /// A link's first record arrived.
    case confirmed(ReservationTicket)
    /// A link's peer said why it ends it.
    case goodbye(GoodbyeReason, ReservationTicket)

    /// A reservation writes at most three, and there are fewer of them than the process can have descriptors.
    static let capacity = 1 << 21
}
