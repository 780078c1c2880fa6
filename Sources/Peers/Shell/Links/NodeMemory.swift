package import ConclavePeersCore
package import ConclaveTransport

/// The memory that all links of a node share: pools, and the budget for what waits.
package struct NodeMemory: Sendable {
    private let pools: MemoryPools
    package let budget: MemoryBudget
    /// What each outbox and each lane may hold whatever the others have taken.
    let floorBytes: Int
    /// Bytes of one lane at most.
    let laneBytes: Int

    /// - Parameter pools: those of the process.
    package init(_ configuration: Configuration, pools: MemoryPools = MemoryPools()) {
        self.pools = pools
        budget = MemoryBudget(limit: configuration.memoryBudget)
        floorBytes = configuration.floorBytes
        laneBytes = configuration.laneBytes
    }

    var segments: SegmentPool { pools.segments }
    var slabs: SlabPool { pools.slabs }

    /// The account of a new queue.
    func queue() -> QueueMemory { QueueMemory(budget, floor: floorBytes) }
}
