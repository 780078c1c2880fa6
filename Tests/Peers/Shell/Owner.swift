import ConclavePrimitives

@testable import ConclavePeers

/// Stands for a link that fills lanes; counts how often it is told to go on.
final class Owner: LaneOwner {
    private let resumptions = Lock(0)

    var resumed: Int { resumptions.withLock { $0 } }

    func resume() {
        resumptions.withLock { $0 += 1 }
    }
}
