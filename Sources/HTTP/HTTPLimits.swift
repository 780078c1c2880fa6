/// What the endpoint spends on its clients at most.
public struct HTTPLimits: Hashable, Sendable {
    /// Connections at once; `1...1,024`. More are closed as they come.
    public var connectionsMax = 64
    /// Connections at once from one IP; `1...1,024`. One machine that hangs leaves room for others.
    public var connectionsPerIP = 32
    /// Memory for the head of one request in bytes; `1,024...1 MiB`. A longer head is refused.
    public var requestBytes = 16_384
    /// How long a connection may say nothing; `1...3,600` seconds.
    public var idleSeconds = 10
    /// How long a connection may last, busy or not: one byte at a time gains nobody time.
    public var lifetime = Duration.seconds(60)
    /// How old what is shown may be; `10 ms...1 min`. So often the node is asked, however many clients ask.
    public var freshness = Duration.milliseconds(500)
    /// How long the node may say nothing before it counts as stuck.
    public var patience = Duration.seconds(5)

    public init() {}
}

/// From where the endpoint may be reached.
public enum HTTPReach: String, Hashable, Sendable, CaseIterable {
    /// This machine alone. What the endpoint tells is nobody else's business, and it has no password.
    case loopback
    /// Wherever the address is reachable: for who has a firewall or a proxy in front.
    case anywhere
}
