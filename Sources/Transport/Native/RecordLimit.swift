/// How long the plaintext of a record may be in the `native` profile, in bytes.
package enum RecordLimit {
    /// What every implementation takes. Until the peer's hello came nothing longer is sent: it has not said
    /// yet what it takes.
    package static let lowest = 4_096
    /// What fits one packet of the kernel's with its frame; see ``SegmentPool/largeBytes``.
    package static let highest = SegmentPool.largeBytes
    /// Of the record that has the hello, and of those before it came.
    package static let beforeHello = lowest
}
