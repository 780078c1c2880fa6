public import ConclaveCodec
public import ConclavePeersCore
public import ConclaveTransport

/// One open link, as people see it.
public struct LinkReport: Sendable {
    /// Whether the peer is read. While it is not, it is not called silent.
    public enum Reading: String, Hashable, Sendable, CaseIterable {
        case open
        /// Not for a while: it sent more than a quota allows.
        case throttled
        /// Not until a lane of a channel that drops nothing has room.
        case paused
    }

    public let peer: PeerID
    public let direction: Direction
    public let address: SocketAddress
    /// Since the handshake ended.
    public let age: Duration
    public let reading: Reading
    /// What waits to be written.
    public let queuedMessages: Int, queuedBytes: Int
    /// Memory that waits with it, in bytes: what the outbox has of its floor and the node's budget.
    public let heldBytes: Int
    /// What the link speaks.
    public let wire: WireProfile
    /// Program and version of the peer, as it says itself; nil in the commonware profile.
    public let agent: String?
    /// How long the last ping's answer took; nil before the first, and in the commonware profile.
    public let roundTrip: Duration?
    /// ``LinkTally/channels`` has the same channel by channel.
    public let tally: LinkTally
}
