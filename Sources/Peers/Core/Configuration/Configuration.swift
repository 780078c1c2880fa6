public import ConclaveCodec
public import ConclaveCryptography

/// What one node's peer layer runs with. It cannot hold a value out of range, so nothing later checks one.
///
///     var profile = Profile.production
///     profile.pingFrequency = .seconds(50)            // what commonware nodes expect
///     let configuration = try Configuration(
///         profile: profile, namespace: "EXAMPLE", maxMessageBytes: 1 << 20, listen: address)
@dynamicMemberLookup
public struct Configuration: Hashable, Sendable {
    /// Keeps one network's signatures from meaning anything in another; the same on all its nodes; `1...255`
    /// bytes.
    public let namespace: Namespace
    /// Largest message in bytes, both ways; at least 1, at most what an outbox and a lane can hold and a
    /// quarter of the budget.
    public let maxMessageBytes: Int
    /// Where to listen; port 0 takes any.
    public let listen: SocketAddress

    /// Where addresses of peers come from; the same on all nodes of a network.
    public let mode: Mode
    /// What we dial in; both profiles are answered.
    public let wire: WireChoice

    /// Everything that a profile fills; each value can be read from the configuration itself.
    public let profile: Profile

    /// - Throws: ``ConfigurationFault`` naming the first value out of range.
    public init(
        profile: Profile, namespace: String, maxMessageBytes: Int, listen: SocketAddress,
        mode: Mode = .lookup, wire: WireChoice = .native
    ) throws(ConfigurationFault) {
        try Self.require(.namespace, namespace.utf8.count, in: 1...255)
        guard let usable = try? Namespace(namespace) else {
            throw ConfigurationFault(name: .namespace, given: "empty", allowed: "1 to 255 bytes")
        }
        try Self.requireTimers(profile, mode)
        try Self.requireLimits(profile)
        try Self.requireMemory(profile)
        try Self.require(
            .maxMessageBytes, maxMessageBytes,
            in: 1...min(profile.outboxBytes, profile.laneBytes, profile.memoryBudget / 4))
        try Self.require(mode, maxMessageBytes: maxMessageBytes, listen: listen)
        self.namespace = usable
        self.maxMessageBytes = maxMessageBytes
        self.listen = listen
        self.mode = mode
        self.wire = wire
        self.profile = profile
    }

    @inlinable
    public subscript<Value>(dynamicMember path: KeyPath<Profile, Value>) -> Value { profile[keyPath: path] }
}
