public import ConclaveCodec
public import ConclaveCryptography
public import ConclavePrimitives

/// Where a peer says it can be dialled, signed by that peer, so that others may pass it on.
///
/// Decoding one says nothing of its signature: a directory first looks whether it wants the record at all,
/// since verifying is a hundred times dearer.
public struct AddressRecord: Hashable, Sendable {
    public let ingress: Ingress
    /// When it was signed; of two records of one peer the later one counts.
    public let time: WallTime
    public let peer: PublicKey
    public let signature: Signature

    /// Our own record.
    ///
    /// - Parameter namespace: the application's; the use that the record is for is added to it.
    public init(ingress: Ingress, time: WallTime, key: SigningKey, namespace: Namespace) {
        self.ingress = ingress
        self.time = time
        peer = key.publicKey
        signature = key.sign(Self.message(ingress, time), namespace: Self.purpose(namespace))
    }

    /// Whether ``peer`` itself signed this, in this network.
    public func isSigned(in namespace: Namespace) -> Bool {
        peer.verifies(signature, of: Self.message(ingress, time), namespace: Self.purpose(namespace))
    }

    /// `ingress ‖ time as u64`. The key is not in it: a signature verifies under one key only.
    private static func message(_ ingress: Ingress, _ time: WallTime) -> [UInt8] {
        var writer = Writer()
        ingress.encode(into: &writer)
        writer.integer(time.milliseconds)
        return writer.bytes
    }

    private static func purpose(_ namespace: Namespace) -> Namespace {
        namespace.appending("_TRACKER_IP")
    }
}

extension AddressRecord: WireValue {
    /// `ingress ‖ varint(time in ms) ‖ public key ‖ signature`.
    public func encode(into writer: inout Writer) {
        ingress.encode(into: &writer)
        writer.varint(time.milliseconds)
        peer.encode(into: &writer)
        signature.encode(into: &writer)
    }

    var encodedBytes: Int {
        var writer = Writer()
        encode(into: &writer)
        return writer.bytes.count
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        ingress = try Ingress(from: &reader)
        time = WallTime(milliseconds: try reader.varint64())
        peer = try PublicKey(from: &reader)
        signature = try Signature(from: &reader)
    }
}
