/// What the sending path needs to know about its channel.
struct OutgoingChannel: Sendable {
    let number: UInt64
    let slot: Int
    let messageBytesMax: Int
    let hasQuota: Bool
    let compression: ChannelOptions.Compression
    /// Who is known, beside who is connected.
    let roster: Roster
    /// Messages to who is not connected.
    let missed: MissedMessages
}
