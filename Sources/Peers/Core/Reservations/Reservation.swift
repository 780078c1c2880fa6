/// Names one claim on one peer. A claim that was ended and one that followed it on the same peer have
/// different tickets.
package struct ReservationTicket: Hashable, Sendable {
    package let peer: PeerID
    /// Rises with every reservation of the process, so that a late release of an old one frees nothing.
    package let generation: UInt64

    package init(peer: PeerID, generation: UInt64) {
        self.peer = peer
        self.generation = generation
    }
}

/// Who opened a connection.
public enum Direction: String, Hashable, Sendable, CaseIterable {
    /// We did.
    case dialed
    /// The peer did.
    case accepted
}

/// A claim on one peer, handed from the dialer or the listener to the link. Ending it in any way frees the
/// peer.
package struct Reservation: ~Copyable, Sendable {
    package let ticket: ReservationTicket
    package let direction: Direction
    private let release: @Sendable (ReservationTicket) -> Void

    /// `release` is called once, from wherever the reservation ends; it must not wait.
    package init(
        _ ticket: ReservationTicket, _ direction: Direction,
        release: @escaping @Sendable (ReservationTicket) -> Void
    ) {
        self.ticket = ticket
        self.direction = direction
        self.release = release
    }

    package var peer: PeerID { ticket.peer }

    deinit { release(ticket) }
}
