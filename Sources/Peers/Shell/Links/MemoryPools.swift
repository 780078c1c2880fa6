package import ConclaveTransport

/// Memory that nobody uses at the moment, for all links of a process.
package struct MemoryPools: Sendable {
    package init() {}

    /// What each pool keeps at most: enough that 64 busy links never allocate.
    static let keepBytes = 4 << 20

    package let segments = SegmentPool(keepBytes: keepBytes)
    package let slabs = SlabPool(keepBytes: keepBytes)
}
