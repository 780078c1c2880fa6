public import ConclaveCryptography

/// Who we are in a handshake, and in which network.
public struct HandshakeIdentity: Sendable {
    public let key: SigningKey
    /// The application's namespace. Peers of another one cannot complete a handshake with us.
    public let namespace: Namespace

    public init(key: SigningKey, namespace: Namespace) {
        self.key = key
        self.namespace = namespace
    }

    /// What the transcript begins with.
    var streamNamespace: Namespace { namespace.appending("_STREAM") }
}
