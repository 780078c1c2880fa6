internal import ConclavePeers
internal import ConclavePeersCore

/// What one peer has waiting, and who fills it.
struct LaneModel {
    let peer: PeerID
    var waiting: [[UInt8]] = []
    var owner: Owner?
    var place = 0
    var generation: UInt64 = 0
    var isPaused = false

    init(peer: PeerID) {
        self.peer = peer
    }
}

final class Owner: LaneOwner {
    let generation: UInt64

    init(generation: UInt64) {
        self.generation = generation
    }

    /// The lanes only name whom to tell; nobody is told here.
    func resume() {}
}
