extension Profile {
    /// For validators that reach each other over public networks.
    public static let production = Profile(
        synchronyBound: .seconds(5), maxHandshakeAge: .seconds(10),
        handshakeTimeout: .seconds(5), dialTimeout: .seconds(15),
        pingFrequency: .seconds(25), silenceTimeout: .seconds(60),
        gossipFrequency: .seconds(25), peerGossipMaxCount: 32, dialFailLimit: 2,
        peerConnectionCooldown: .seconds(10), dialFrequency: .seconds(1), dialsPerSecondMax: 100,
        maxConcurrentHandshakes: 512,
        handshakesPerIP: Rate(1, per: .seconds(5)), handshakesPerSubnet: Rate(64, per: .seconds(1)),
        privateAddresses: .refused, addressCheck: .exact,
        trackedPeerSets: 4, maxPeersPerSet: 65_536, blockDuration: .seconds(4 * 3_600),
        outboxMessages: 1_000, outboxBytes: 16 << 20, laneBytes: 4 << 20,
        floorBytes: 64 << 10, memoryBudget: 1 << 30)

    /// For one machine or one rack: a peer that was killed is connected again within a second.
    public static let local: Profile = {
        var profile = production
        profile.pingFrequency = .seconds(5)
        profile.silenceTimeout = .seconds(15)
        profile.gossipFrequency = .seconds(5)
        profile.dialFailLimit = 1
        profile.peerConnectionCooldown = .milliseconds(250)
        profile.dialFrequency = .milliseconds(1)
        profile.dialsPerSecondMax = 1_000
        profile.maxConcurrentHandshakes = 1_024
        profile.handshakesPerIP = Rate(1_024, per: .seconds(1))
        profile.handshakesPerSubnet = Rate(1_024, per: .seconds(1))
        profile.privateAddresses = .allowed
        profile.blockDuration = .seconds(3_600)
        return profile
    }()

    /// Another name of ``local``, for who knows commonware's.
    public static let aggressive = local

    /// For virtual time: the timers of ``local``, with a cooldown and a pace that let seeds tell retries
    /// apart.
    public static let simulation: Profile = {
        var profile = local
        profile.peerConnectionCooldown = .seconds(1)
        profile.dialFrequency = .milliseconds(10)
        return profile
    }()
}
