import ConclavePeersCore
import ConclaveTransport

/// What Dialer and Listener have in common.
struct DoorParts: Sendable {
    let identity: HandshakeIdentity
    let configuration: Configuration
    let tracker: Tracker
    let spawner: Spawner
    let counters: ConnectionCounters
}
