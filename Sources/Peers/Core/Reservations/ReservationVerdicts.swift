package import ConclavePrimitives

/// Whether what a ticket names may go on.
package enum Standing: Hashable, Sendable {
    case stands
    /// Replaced, revoked or released meanwhile: close the connection and say nothing more on it.
    case ended
}

/// Why we do not dial a peer now.
package enum DialRefusal: Error, Hashable, Sendable {
    /// The key is our own.
    case ourselves
    /// The last attempt was too short ago.
    case coolingDown(until: Instant)
    /// A dial or a link exists.
    case reserved
}

/// What becomes of an inbound connection whose peer has proved its key.
package enum InboundVerdict: Hashable, Sendable {
    /// Go on. If `ending` names a ticket, what runs under it (dial, handshake or link) must stop: it was
    /// replaced.
    case admitted(ReservationTicket, ending: ReservationTicket?)
    case refused(InboundRefusal)
}

/// Why an inbound connection is closed although its peer proved its key; the raw value is the metric's label.
public enum InboundRefusal: String, Error, Hashable, Sendable, CaseIterable {
    /// The key is our own.
    case ourselves
    /// Both dialled at once, and our connection is the one that survives.
    case crossedDial = "crossed_dial"
    /// It began no later than the live link, so it does not come from a peer that was restarted.
    case staleSyn = "stale_syn"
    /// A second take-over within one cooldown: two machines probably run with this key. An alarm.
    case keyInUseElsewhere = "key_in_use_elsewhere"
}

/// Which of two connections survives when two peers dial each other at once.
package enum CrossedDials: Hashable, Sendable, CaseIterable {
    /// The one that the smaller key dialled, unless the dial of the smaller key has not reached the other
    /// yet.
    case smallerKey
    /// The one that is proved first, and the one that the smaller key dialled only if both are. For peers
    /// that refuse what comes in while they dial, as commonware's do: towards them we take what succeeds.
    case firstProved
}

/// How far a peer is, for metrics and for people.
public enum ReservationState: Hashable, Sendable {
    case inert
    /// Our dial has no connection yet.
    case connecting
    /// Our dial has a connection; its handshake is under way.
    case shaking
    /// A handshake has ended well; the link is not up yet.
    case starting(Direction)
    case active(Direction)
}
