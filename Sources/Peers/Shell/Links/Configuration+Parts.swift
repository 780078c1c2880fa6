import ConclavePeersCore
import ConclaveTransport

extension Configuration {
    /// The window in which a handshake's times must lie.
    var handshakeLimits: HandshakeLimits {
        HandshakeLimits(maxHandshakeAge: profile.maxHandshakeAge, synchronyBound: profile.synchronyBound)
    }

    /// Syns that are remembered against replay: about 3 MiB of them. When more are accepted within their
    /// window the oldest is forgotten, and a replay of it costs a signature again.
    var rememberedSyns: Int { 16_384 }
}

extension LinkParts {
    /// What a discovery message may hold; nil in lookup, where there is none.
    var gossipLimits: DiscoveryMessage.Limits? { records == nil ? nil : configuration.gossipLimits }
}

extension ChannelOptions {
    var hasQuota: Bool { messagesPerSecond != nil || bytesPerSecond != nil }

    /// The quota as a limiter of its own, for one peer and one direction.
    func quota(messageBytesMax: Int) -> ChannelQuota? {
        guard hasQuota else { return nil }
        return ChannelQuota(
            messages: messagesPerSecond.map { Rate($0, per: .seconds(1)) },
            bytes: bytesPerSecond.map { bytesPerSecond in
                let burst = max(bytesPerSecond, messageBytesMax + Batch.frameBytes)
                return Rate(burst, per: .seconds(1) * burst / bytesPerSecond)
            })
    }
}
