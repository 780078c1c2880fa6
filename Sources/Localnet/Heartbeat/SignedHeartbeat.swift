public import ConclaveCodec
public import ConclaveCryptography

/// A heartbeat as it travels: its bytes, then its sender's signature over them in a namespace of their own,
/// so that it can be shown to others and passes for nothing else.
public struct SignedHeartbeat: Hashable, Sendable {
    public let heartbeat: Heartbeat
    public let signature: Signature

    /// Signs `heartbeat` for the network whose namespace is `network`.
    public init(_ heartbeat: Heartbeat, by key: SigningKey, network: Namespace) {
        self.heartbeat = heartbeat
        signature = key.sign(heartbeat.encoded, namespace: Self.namespace(of: network))
    }

    /// Whether `sender` signed this for the network.
    public func isSigned(by sender: PublicKey, network: Namespace) -> Bool {
        sender.verifies(signature, of: heartbeat.encoded, namespace: Self.namespace(of: network))
    }

    private static func namespace(of network: Namespace) -> Namespace { network.appending("_HEARTBEAT") }
}

extension SignedHeartbeat: WireValue {
    public func encode(into writer: inout Writer) {
        heartbeat.encode(into: &writer)
        signature.encode(into: &writer)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        heartbeat = try Heartbeat(from: &reader)
        signature = try Signature(from: &reader)
    }
}
