import ConclavePeersCore
import ConclaveTransport

/// What Dialer and Listener have in common. An object, so that no handshake has a copy of it.
final class DoorParts: Sendable {
    let identity: HandshakeIdentity
    let configuration: Configuration
    let tracker: Tracker
    let spawner: Spawner
    let counters: ConnectionCounters

    init(
        identity: HandshakeIdentity, configuration: Configuration, tracker: Tracker, spawner: Spawner,
        counters: ConnectionCounters
    ) {
        self.identity = identity
        self.configuration = configuration
        self.tracker = tracker
        self.spawner = spawner
        self.counters = counters
    }
}
