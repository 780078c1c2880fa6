/// What the sending path needs to know about its channel.
struct OutgoingChannel: Sendable {
    let number: UInt64
    let slot: Int
    let messageBytesMax: Int
    let hasQuota: Bool
}
