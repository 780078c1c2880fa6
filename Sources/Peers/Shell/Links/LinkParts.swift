import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// What all links of a node have in common: one object for them all, which therefore stays in the caches.
final class LinkParts: Sendable {
    let configuration: Configuration
    let clock: any RuntimeClock
    let entropy: any Entropy
    let memory: NodeMemory
    let table: ChannelTable
    /// By slot.
    let channels: [ChannelRegistry.Entry]
    /// Which records may be believed, in discovery; nil in lookup.
    let records: RecordCheck?
    /// What we say of ourselves in the native profile.
    let hello: NativeHello
    /// By slot, as every link begins. Arrays share their memory until one is changed, so that a link holds
    /// quotas of its own only if there are any, and counts only when somebody wants to see them.
    let quotas: [ChannelQuota?]
    let tallies: [ChannelTally]

    var now: Instant { clock.now }

    init(
        configuration: Configuration, clock: any RuntimeClock, entropy: any Entropy, memory: NodeMemory,
        table: ChannelTable, channels: [ChannelRegistry.Entry], records: RecordCheck? = nil
    ) {
        self.configuration = configuration
        self.clock = clock
        self.entropy = entropy
        self.memory = memory
        self.table = table
        self.channels = channels
        self.records = records
        hello = NativeHello(configuration, channels)
        quotas = channels.map { channel in
            channel.options.quota(messageBytesMax: configuration.maxMessageBytes)
        }
        tallies = channels.map { ChannelTally(channel: $0.number) }
    }

    /// What reads a link of the native profile.
    func itemReader(version: UInt8) -> ItemReader {
        ItemReader(channels: table, ours: hello, version: version, discovery: gossipLimits)
    }
}

extension NativeHello {
    fileprivate init(_ configuration: Configuration, _ channels: [ChannelRegistry.Entry]) {
        self.init(
            versions: configuration.wire.versions, features: configuration.wire.features,
            recordBytes: RecordLimit.highest, agent: "conclave/" + conclaveVersion,
            channels: channels.map { channel in
                Channel(
                    number: channel.number, messageBytesMax: UInt32(clamping: configuration.maxMessageBytes),
                    flags: channel.options.compression == .lz4 ? .takesCompression : [])
            })
    }
}
