import ConclavePeersCore
import ConclaveTransport

@testable import ConclavePeers

/// A lane together with who fills it.
struct TestLane: Equatable {
    let place: Int
    let isPaused: Bool
    let owner: any LaneOwner

    static func == (left: TestLane, right: TestLane) -> Bool { left.place == right.place }
}

extension Inbox {
    func lane(for peer: PeerID, owner: any LaneOwner) -> TestLane {
        let (place, isPaused) = openLane(for: peer, owner: owner)
        return TestLane(place: place, isPaused: isPaused, owner: owner)
    }

    func offer(_ batch: Batch, lane: TestLane) -> InboxLanes.Answer {
        offer(batch, lane: lane.place, owner: lane.owner)
    }

    func closeLane(_ lane: TestLane, owner: any LaneOwner) {
        closeLane(lane.place, owner: owner)
    }
}
