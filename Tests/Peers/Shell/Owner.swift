import ConclavePrimitives

@testable import ConclavePeers

/// Stands for a link that fills lanes; counts how often it is told to go on.
final class Owner: LaneOwner {
    let generation: UInt64
    private let resumptions = Lock(0)

    init(generation: UInt64 = 0) {
        self.generation = generation
    }

    var resumed: Int { resumptions.withLock { $0 } }

    func resume() {
        resumptions.withLock { $0 += 1 }
    }
}
