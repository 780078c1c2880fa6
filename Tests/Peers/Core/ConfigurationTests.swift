import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclaveTestTrials
import Testing

@Suite struct ConfigurationTests {
    private typealias Change = @Sendable (inout Profile) -> Void

    @Test(arguments: [Profile.production, .local, .aggressive, .simulation])
    func `every profile is valid as it stands`(profile: Profile) throws {
        let configuration = try configuration(profile)
        #expect(configuration.profile == profile)
        #expect(configuration.pingFrequency == profile.pingFrequency)
    }

    @Test func `production holds the documented values`() {
        let profile = Profile.production
        #expect(profile.synchronyBound == .seconds(5) && profile.maxHandshakeAge == .seconds(10))
        #expect(profile.handshakeTimeout == .seconds(5) && profile.dialTimeout == .seconds(15))
        #expect(profile.silenceTimeout == .seconds(60) && profile.pingFrequency == .seconds(25))
        #expect(profile.peerConnectionCooldown == .seconds(10) && profile.dialsPerSecondMax == 100)
        #expect(profile.handshakesPerIP == Rate(1, per: .seconds(5)))
        #expect(profile.handshakesPerSubnet == Rate(64, per: .seconds(1)))
        #expect(profile.privateAddresses == .refused && profile.addressCheck == .exact)
    }

    @Test func `each value out of range is refused under its own name`() {
        for (name, change) in Self.tooSmall + Self.tooLarge {
            var profile = Profile.production
            change(&profile)
            let fault = #expect(throws: ConfigurationFault.self) { try configuration(profile) }
            #expect(fault?.name == name)
        }
    }

    @Test func `every name but those that no profile has has a case at both ends, a list at its long one`() {
        let required: Set<Configuration.Name> = [.namespace, .maxMessageBytes, .bootstrappers, .advertise]
        let all = Set(Configuration.Name.allCases).subtracting(required)
        #expect(Set(Self.tooSmall.map(\.0)) == all.subtracting([.proxyNetworks]))
        #expect(Set(Self.tooLarge.map(\.0)) == all)
    }

    @Test func `a namespace is one to 255 bytes`() throws {
        for wrong in ["", String(repeating: "n", count: 256)] {
            let fault = #expect(throws: ConfigurationFault.self) {
                try configuration(.local, namespace: wrong)
            }
            #expect(fault?.name == .namespace)
        }
        #expect(
            try configuration(.local, namespace: String(repeating: "n", count: 255)).namespace.bytes.count
                == 255)
    }

    @Test func `a message must fit an outbox and a lane`() throws {
        for wrong in [-1, 0, Profile.local.laneBytes + 1, .max] {
            let fault = #expect(throws: ConfigurationFault.self) {
                try configuration(.local, maxMessageBytes: wrong)
            }
            #expect(fault?.name == .maxMessageBytes)
        }
        #expect(
            try configuration(.local, maxMessageBytes: Profile.local.laneBytes).maxMessageBytes == 4 << 20)
    }

    @Test func `silence is measured against what the mode sends`() throws {
        var profile = Profile.local
        profile.gossipFrequency = .seconds(20)
        #expect(try configuration(profile).gossipFrequency == .seconds(20))
        let fault = #expect(throws: ConfigurationFault.self) {
            try configuration(profile, mode: .discovery())
        }
        #expect(fault?.name == .silenceTimeout)
    }

    static let everywhere = SocketAddress(IPAddress(v4: 0, 0, 0, 0), port: 3_000)
    static let somewhere = Ingress.socket(SocketAddress(IPAddress(v4: 8, 8, 8, 8), port: 3_000))
    static let nowhere = Ingress.socket(SocketAddress(IPAddress(v4: 8, 8, 8, 8), port: 0))

    @Test(arguments: [
        (Mode.discovery(), 65_536, everywhere, Configuration.Name.advertise as Configuration.Name?),
        (.discovery(advertise: nowhere), 65_536, everywhere, .advertise),
        (.discovery(advertise: somewhere), 65_536, everywhere, nil),
        (.discovery(), 65_536, SocketAddress(.loopback, port: 0), nil),
        (.discovery(advertise: somewhere), 511, everywhere, .maxMessageBytes),
        (.lookup, 511, everywhere, nil),
        (
            .discovery(bootstrappers: [Bootstrapper(peer(1), at: nowhere)], advertise: somewhere), 65_536,
            everywhere, .bootstrappers
        ),
        (
            .discovery(
                bootstrappers: (0...1_024).map { Bootstrapper(peer($0), at: somewhere) }, advertise: somewhere
            ),
            65_536, everywhere, .bootstrappers
        ),
    ])
    func `discovery needs an address that others can dial, and room for a greeting`(
        mode: Mode, maxMessageBytes: Int, listen: SocketAddress, wrong: Configuration.Name?
    ) throws {
        do throws(ConfigurationFault) {
            _ = try configuration(.local, maxMessageBytes: maxMessageBytes, listen: listen, mode: mode)
            #expect(wrong == nil)
        } catch {
            #expect(error.name == wrong, "\(error)")
        }
    }

    @Test func `a fault says which value, what was given and what is allowed`() {
        var profile = Profile.local
        profile.trackedPeerSets = 0
        let fault = #expect(throws: ConfigurationFault.self) { try configuration(profile) }
        #expect(fault?.description == "trackedPeerSets is 0; allowed is 1 to 64")
    }

    private func configuration(
        _ profile: Profile, namespace: String = "TEST", maxMessageBytes: Int = 65_536,
        listen: SocketAddress = SocketAddress(.loopback, port: 0), mode: Mode = .lookup
    ) throws(ConfigurationFault) -> Configuration {
        try Configuration(
            profile: profile, namespace: namespace, maxMessageBytes: maxMessageBytes,
            listen: listen, mode: mode)
    }

    private static let tooSmall: [(Configuration.Name, Change)] = [
        (.synchronyBound, { $0.synchronyBound = .zero }),
        (.maxHandshakeAge, { $0.maxHandshakeAge = .zero }),
        (.handshakeTimeout, { $0.handshakeTimeout = .milliseconds(9) }),
        (.dialTimeout, { $0.dialTimeout = $0.handshakeTimeout - .nanoseconds(1) }),
        (.pingFrequency, { $0.pingFrequency = .milliseconds(9) }),
        (.silenceTimeout, { $0.silenceTimeout = $0.pingFrequency }),
        (.gossipFrequency, { $0.gossipFrequency = .milliseconds(9) }),
        (.peerGossipMaxCount, { $0.peerGossipMaxCount = 0 }),
        (.dialFailLimit, { $0.dialFailLimit = 0 }),
        (.peerConnectionCooldown, { $0.peerConnectionCooldown = .zero }),
        (.dialFrequency, { $0.dialFrequency = .zero }),
        (.dialsPerSecondMax, { $0.dialsPerSecondMax = 0 }),
        (.maxConcurrentHandshakes, { $0.maxConcurrentHandshakes = 0 }),
        (.handshakesPerIP, { $0.handshakesPerIP = Rate(0, per: .seconds(1)) }),
        (.handshakesPerSubnet, { $0.handshakesPerSubnet = Rate(1, per: .zero) }),
        (.trackedPeerSets, { $0.trackedPeerSets = 0 }),
        (.maxPeersPerSet, { $0.maxPeersPerSet = 0 }),
        (.blockDuration, { $0.blockDuration = .zero }),
        (.outboxMessages, { $0.outboxMessages = 0 }),
        (.outboxBytes, { $0.outboxBytes = 4_095 }),
        (.laneBytes, { $0.laneBytes = 4_095 }),
        (.floorBytes, { $0.floorBytes = 4_095 }),
        (.memoryBudget, { $0.memoryBudget = (1 << 20) - 1 }),
    ]

    private static let tooLarge: [(Configuration.Name, Change)] = [
        (.synchronyBound, { $0.synchronyBound = .seconds(61) }),
        (.maxHandshakeAge, { $0.maxHandshakeAge = .seconds(301) }),
        (.handshakeTimeout, { $0.handshakeTimeout = .seconds(61) }),
        (.dialTimeout, { $0.dialTimeout = .seconds(301) }),
        (.pingFrequency, { $0.pingFrequency = .seconds(601) }),
        (.silenceTimeout, { $0.silenceTimeout = .seconds(3_601) }),
        (.gossipFrequency, { $0.gossipFrequency = .seconds(601) }),
        (.peerGossipMaxCount, { $0.peerGossipMaxCount = 1_025 }),
        (.dialFailLimit, { $0.dialFailLimit = 1_001 }),
        (.peerConnectionCooldown, { $0.peerConnectionCooldown = .seconds(Int64.max) }),
        (.dialFrequency, { $0.dialFrequency = .seconds(61) }),
        (.dialsPerSecondMax, { $0.dialsPerSecondMax = .max }),
        (.maxConcurrentHandshakes, { $0.maxConcurrentHandshakes = 65_537 }),
        (.handshakesPerIP, { $0.handshakesPerIP = Rate(1_000_001, per: .seconds(1)) }),
        (.handshakesPerSubnet, { $0.handshakesPerSubnet = Rate(1, per: .seconds(3_601)) }),
        (
            .proxyNetworks,
            { $0.proxyNetworks = [IPNetwork](repeating: IPNetwork(.loopback), count: 65) }
        ),
        (.trackedPeerSets, { $0.trackedPeerSets = 65 }),
        (.maxPeersPerSet, { $0.maxPeersPerSet = 65_537 }),
        (.blockDuration, { $0.blockDuration = .seconds(720 * 3_600 + 1) }),
        (.outboxMessages, { $0.outboxMessages = .max }),
        (.outboxBytes, { $0.outboxBytes = (1 << 30) + 1 }),
        (.laneBytes, { $0.laneBytes = .max }),
        (.floorBytes, { $0.floorBytes = (16 << 20) + 1 }),
        (.memoryBudget, { $0.memoryBudget = .max }),
    ]
}
