/// Bounds of one store, checked when something is passed to it.
public struct StoreLimits: Hashable, Sendable {
    /// Longest key, in bytes. Keys are hashes and numbers; long ones make an index slow.
    public let keyBytes: Int
    /// Calls that wait for the disk at once, reads and writes each. A writer that waits for each batch has
    /// one; more is a crowd that should be told.
    public let callsWaiting: Int
    /// What the batches that wait may hold together, as ``WriteBatch/bytes`` counts it; also the largest
    /// batch. Its holder is the queue of one store.
    public let bytesWaiting: Int
    /// What a store may take on the disk beside its log; nil for as much as there is.
    public let storeBytes: Int?

    /// All at least 1.
    public init(
        keyBytes: Int = 1_024, callsWaiting: Int = 1_024, bytesWaiting: Int = 67_108_864,
        storeBytes: Int? = nil
    ) {
        precondition(
            keyBytes > 0 && callsWaiting > 0 && bytesWaiting > 0 && storeBytes ?? 1 > 0,
            "a store has room for something")
        self.keyBytes = keyBytes
        self.callsWaiting = callsWaiting
        self.bytesWaiting = bytesWaiting
        self.storeBytes = storeBytes
    }
}
