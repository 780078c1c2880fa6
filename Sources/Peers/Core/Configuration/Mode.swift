public import ConclaveCodec

/// Where the addresses of peers come from. All nodes of a network use the same mode.
public enum Mode: Hashable, Sendable {
    /// The engine tells them with each peer set.
    case lookup
    /// Peers sign their own and pass on those of others.
    ///
    /// - Parameters:
    ///   - bootstrappers: whom to ask first. None are needed by a node that remembers its peers, or that
    ///     others know; at most 1,024.
    ///   - advertise: where others can dial us; where we listen if nil.
    case discovery(bootstrappers: [Bootstrapper] = [], advertise: Ingress? = nil)

    /// How often an open link sends something even if the application does not.
    package func beat(of profile: Profile) -> Duration {
        switch self {
        case .lookup: profile.pingFrequency
        case .discovery: profile.gossipFrequency
        }
    }
}
