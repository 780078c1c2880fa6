import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveTransport

/// The steps of one handshake that a listener runs, one after the other.
///
/// In an object of its own, and in functions that are not taken into the task's: a task keeps room for
/// whatever lies in its functions from the first frame to the last, in pieces of 1 KiB. After a node has
/// started all its peers come at once, and a thousand handshakes took more memory than the links that come of
/// them.
final class InboundSteps {
    /// Who the dialer says it is.
    let peer: PeerID
    private let parts: DoorParts
    /// Until the Syn has come.
    private var handshake: ListenerHandshake?
    /// From then until the Ack has come.
    private var confirmation: ListenerConfirmation?

    /// The first frame arrived.
    @inline(never)
    init(_ parts: DoorParts, hello: [UInt8]) throws(HandshakeFault) {
        let handshake = try ListenerHandshake(
            parts.identity, hello: hello, serving: parts.configuration.wire.served)
        self.parts = parts
        peer = handshake.peer
        self.handshake = consume handshake
    }

    /// The second; what is to be said to it. Another one is a replay.
    @inline(never)
    func received(
        syn: [UInt8], ephemeral: consuming EphemeralKey, remembered: SynCache, at now: WallTime
    ) throws(HandshakeFault) -> [UInt8] {
        guard let handshake = handshake.take() else { throw .replayedSyn }
        let confirmation = try handshake.received(
            syn: syn, ephemeral: ephemeral, limits: parts.configuration.handshakeLimits,
            remembered: remembered, at: now)
        let output = confirmation.output
        self.confirmation = consume confirmation
        return output
    }

    /// The last: the dialer is who it says. One that follows no answer confirms nothing.
    @inline(never)
    func received(ack: [UInt8]) throws(HandshakeFault) -> SessionKeys {
        guard let confirmation = confirmation.take() else { throw .badConfirmation }
        return try confirmation.received(ack: ack)
    }
}
