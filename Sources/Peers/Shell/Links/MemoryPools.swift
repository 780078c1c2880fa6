import ConclaveTransport

/// Memory that nobody uses at the moment, for all links of a process.
struct MemoryPools: Sendable {
    /// What each pool keeps at most: enough that 64 busy links never allocate.
    static let keepBytes = 4 << 20

    let segments = SegmentPool(keepBytes: keepBytes)
    let slabs = SlabPool(keepBytes: keepBytes)
}
