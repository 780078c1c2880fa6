import ConclavePrimitives

/// What the sending path needs to know about its channel.
struct OutgoingChannel: Sendable {
    let number: UInt64
    let slot: Int
    let messageBytesMax: Int
    /// The present time if the channel has a quota; nil saves reading the clock.
    var limitedNow: Instant?
}
