import ConclaveTransport

/// The memory pools that all links of a node share.
struct NodeMemory: Sendable {
    /// What each pool keeps at most while nobody uses it: enough that 64 busy links never allocate.
    static let keepBytes = 4 << 20

    let segments = SegmentPool(keepBytes: keepBytes)
    let slabs = SlabPool(keepBytes: keepBytes)
}
