public import ConclaveCodec
public import ConclavePeersCore

/// One open link, as people see it.
public struct LinkReport: Sendable {
    public let peer: PeerID
    public let direction: Direction
    public let address: SocketAddress
    /// Since the handshake ended.
    public let age: Duration
    /// What waits to be written.
    public let queuedMessages: Int, queuedBytes: Int
    public let tally: LinkTally
}
