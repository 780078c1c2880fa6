import ConclaveCodec

extension Configuration {
    /// The values by the names that files, flags and faults use.
    public enum Name: String, Hashable, Sendable, CaseIterable {
        case namespace, maxMessageBytes
        case synchronyBound, maxHandshakeAge, handshakeTimeout, dialTimeout
        case pingFrequency, silenceTimeout
        case gossipFrequency, peerGossipMaxCount, dialFailLimit, bootstrappers, advertise
        case peerConnectionCooldown, dialFrequency, dialsPerSecondMax
        case maxConcurrentHandshakes, handshakesPerIP, handshakesPerSubnet, proxyNetworks
        case trackedPeerSets, maxPeersPerSet, blockDuration
        case outboxMessages, outboxBytes, laneBytes, floorBytes, memoryBudget
    }

    static func requireTimers(_ profile: Profile, _ mode: Mode) throws(ConfigurationFault) {
        try require(.synchronyBound, profile.synchronyBound, in: millisecond...minute)
        try require(.maxHandshakeAge, profile.maxHandshakeAge, in: millisecond...(minute * 5))
        try require(.handshakeTimeout, profile.handshakeTimeout, in: (millisecond * 10)...minute)
        try require(.dialTimeout, profile.dialTimeout, in: profile.handshakeTimeout...(minute * 5))
        try require(.pingFrequency, profile.pingFrequency, in: (millisecond * 10)...(minute * 10))
        try require(.gossipFrequency, profile.gossipFrequency, in: (millisecond * 10)...(minute * 10))
        let beat = mode.beat(of: profile)
        try require(.silenceTimeout, profile.silenceTimeout, in: (beat + millisecond)...hour)
        try require(.peerConnectionCooldown, profile.peerConnectionCooldown, in: millisecond...hour)
        try require(.dialFrequency, profile.dialFrequency, in: millisecond...minute)
        try require(.blockDuration, profile.blockDuration, in: .seconds(1)...(hour * 720))
    }

    static func requireLimits(_ profile: Profile) throws(ConfigurationFault) {
        try require(.dialsPerSecondMax, profile.dialsPerSecondMax, in: 1...100_000)
        try require(.maxConcurrentHandshakes, profile.maxConcurrentHandshakes, in: 1...65_536)
        try require(.handshakesPerIP, profile.handshakesPerIP)
        try require(.handshakesPerSubnet, profile.handshakesPerSubnet)
        // Each is compared with the address of every connection that arrives.
        try require(.proxyNetworks, profile.proxyNetworks.count, in: 0...64)
        try require(.trackedPeerSets, profile.trackedPeerSets, in: 1...64)
        try require(.maxPeersPerSet, profile.maxPeersPerSet, in: 1...65_536)
        try require(.peerGossipMaxCount, profile.peerGossipMaxCount, in: 1...1_024)
        try require(.dialFailLimit, profile.dialFailLimit, in: 1...1_000)
    }

    static func requireMemory(_ profile: Profile) throws(ConfigurationFault) {
        try require(.outboxMessages, profile.outboxMessages, in: 1...1_048_576)
        try require(.outboxBytes, profile.outboxBytes, in: (4 << 10)...(1 << 30))
        try require(.laneBytes, profile.laneBytes, in: (4 << 10)...(1 << 30))
        try require(.floorBytes, profile.floorBytes, in: (4 << 10)...(16 << 20))
        try require(.memoryBudget, profile.memoryBudget, in: (1 << 20)...(1 << 40))
    }

    /// What discovery needs beside the profile.
    static func require(
        _ mode: Mode, maxMessageBytes: Int, listen: SocketAddress
    ) throws(ConfigurationFault) {
        guard case .discovery(let bootstrappers, let advertise) = mode else { return }
        try require(.bootstrappers, bootstrappers.count, in: 0...1_024)
        for bootstrapper in bootstrappers {
            try require(.bootstrappers, Int(bootstrapper.ingress.port), in: 1...65_535)
        }
        // A greeting with the longest name must fit into a record.
        try require(.maxMessageBytes, maxMessageBytes, in: 512...Int.max)
        if let advertise { try require(.advertise, Int(advertise.port), in: 1...65_535) }
        if advertise == nil, listen.ip.isUnspecified {
            throw ConfigurationFault(
                name: .advertise, given: "missing",
                allowed: "an address at which others reach this node, because it listens on all of its own")
        }
    }

    static func require<Value: Comparable>(
        _ name: Name, _ given: Value, in range: ClosedRange<Value>
    ) throws(ConfigurationFault) {
        guard range.contains(given) else {
            throw ConfigurationFault(
                name: name, given: "\(given)", allowed: "\(range.lowerBound) to \(range.upperBound)")
        }
    }

    private static func require(_ name: Name, _ given: Rate) throws(ConfigurationFault) {
        guard (1...1_000_000).contains(given.count), (millisecond...hour).contains(given.period) else {
            throw ConfigurationFault(
                name: name, given: "\(given)", allowed: "1 to 1000000 per \(millisecond) to \(hour)")
        }
    }

    private static var millisecond: Duration { .milliseconds(1) }
    private static var minute: Duration { .seconds(60) }
    private static var hour: Duration { .seconds(3_600) }
}
