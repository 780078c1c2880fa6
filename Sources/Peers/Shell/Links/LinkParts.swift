import ConclavePeersCore
import ConclaveRuntime
import ConclaveTransport

/// What all links of a node have in common.
struct LinkParts: Sendable {
    let configuration: Configuration
    let clock: any RuntimeClock
    let memory: NodeMemory
    let table: ChannelTable
    /// By slot.
    let channels: [ChannelRegistry.Entry]
    /// Which records may be believed, in discovery; nil in lookup.
    var records: RecordCheck?
}
