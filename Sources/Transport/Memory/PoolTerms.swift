/// How much memory a pool keeps for the next message, and whom it tells that there is some.
package struct PoolTerms: Sendable {
    /// Bytes that wait in the pool at most; what is given back beyond them is freed.
    let keepBytes: Int
    /// Bytes of each size that stay although nobody needs them.
    let idleBytes: Int
    /// Called when more than ``idleBytes`` of a size have come to wait, then not again before a look has
    /// found less. From any thread, without a lock held.
    let whenAbove: @Sendable () -> Void

    package init(keepBytes: Int, idleBytes: Int, whenAbove: @escaping @Sendable () -> Void) {
        self.keepBytes = keepBytes
        self.idleBytes = idleBytes
        self.whenAbove = whenAbove
    }
}
