internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclaveFuzzing
internal import ConclaveTransport

extension FuzzCodec {
    static let discovery = DiscoveryMessage.Limits(peersMax: 4_096, recordsMax: 100, messageBytesMax: 65_536)

    /// Decodes the rest of the input as one of the values that travel, and encodes what came of it.
    static func canonical(_ choices: inout Choices) throws(Finding) {
        let kind = choices.number(below: 9)
        let bytes = choices.rest()
        if kind == 1 { try plainOnly(bytes) }
        let again: [UInt8]? =
            switch kind {
            case 0: again(Ingress.self, bytes)
            case 1: again(SocketAddress.self, bytes)
            case 2: again(HostName.self, bytes)
            case 3: again(PublicKey.self, bytes)
            case 4: again(AddressRecord.self, bytes)
            case 5: again(Signature.self, bytes)
            case 6: (try? DiscoveryMessage(decoding: bytes, limits: discovery))?.encoded
            case 7: hello(bytes)
            default: control(bytes)
            }
        guard let again else { return }
        try expect(again == bytes, "kind \(kind) decoded \(Hex.text(bytes)) and encoded \(Hex.text(again))")
    }

    private static func again<Value: WireValue>(_: Value.Type, _ bytes: [UInt8]) -> [UInt8]? {
        (try? Value(decoding: bytes))?.encoded
    }

    /// Of an IPv4 address that decodes the other form, inside of IPv6, must not.
    private static func plainOnly(_ bytes: [UInt8]) throws(Finding) {
        guard let address = try? SocketAddress(decoding: bytes), address.ip.isV4 else { return }
        let other = [6] + [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + bytes.dropFirst()
        try expect((try? SocketAddress(decoding: other)) == nil, "\(address) decodes from \(Hex.text(other))")
    }

    private static func hello(_ bytes: [UInt8]) -> [UInt8]? {
        (try? NativeHello(decoding: bytes))?.encoded
    }

    /// Nil for padding, whose contents are not kept.
    private static func control(_ bytes: [UInt8]) -> [UInt8]? {
        var reader = unsafe Reader(bytes.span.bytes)
        guard let tag = try? reader.byte(), tag != 0,
            let item = try? ControlItem(tag: tag, from: &reader, discovery: discovery),
            reader.remaining == 0
        else { return nil }
        return item.encoded
    }
}
