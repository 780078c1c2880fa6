package import ConclaveTransport

extension Configuration {
    /// What discovery messages may hold, both ways.
    package var gossipLimits: DiscoveryMessage.Limits {
        DiscoveryMessage.Limits(
            peersMax: profile.maxPeersPerSet, recordsMax: UInt32(clamping: profile.peerGossipMaxCount),
            messageBytesMax: maxMessageBytes)
    }
}
