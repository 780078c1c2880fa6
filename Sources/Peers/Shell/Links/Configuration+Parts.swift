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
    /// The quota as a limiter of its own, for one peer and one direction; a second's worth may come at once.
    var quota: ChannelQuota? {
        messagesPerSecond.map { ChannelQuota(Rate($0, per: .seconds(1))) }
    }
}
