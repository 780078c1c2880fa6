internal import ConclaveCodec
internal import ConclaveFuzzing
internal import ConclavePeersCore

/// A header that says what was chosen, in either version.
struct BuiltHeader {
    let bytes: [UInt8]
    let origin: ProxyHeader.Origin

    init(_ choices: inout Choices) {
        let isV4 = choices.once(in: 2), hasOrigin = !choices.once(in: 4)
        let source = Self.address(isV4, &choices), target = Self.address(isV4, &choices)
        origin = hasOrigin ? .forwarded(source) : .ownAddress
        bytes =
            choices.once(in: 2)
            ? Self.line(hasOrigin ? (source, target) : nil)
            : Self.binary(
                hasOrigin ? (source, target) : nil, isV4,
                extensions: choices.bytes(atMost: Int(choices.byte())))
    }

    /// One that stays of its family: an IPv4 address inside IPv6 would be made plain.
    private static func address(_ isV4: Bool, _ choices: inout Choices) -> SocketAddress {
        let raw =
            isV4
            ? (0..<4).map { _ in choices.byte() } : [0x20] + (0..<15).map { _ in choices.byte() }
        return SocketAddress(IPAddress(networkOrder: raw) ?? .loopback, port: choices.integer())
    }

    private static func line(_ pair: (SocketAddress, SocketAddress)?) -> [UInt8] {
        guard let (source, target) = pair else { return Array("PROXY UNKNOWN\r\n".utf8) }
        let family = source.ip.isV4 ? "TCP4" : "TCP6"
        return Array("PROXY \(family) \(source.ip) \(target.ip) \(source.port) \(target.port)\r\n".utf8)
    }

    private static func binary(
        _ pair: (SocketAddress, SocketAddress)?, _ isV4: Bool, extensions: [UInt8]
    ) -> [UInt8] {
        var writer = Writer()
        writer.append([0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A])
        writer.byte(pair == nil ? 0x20 : 0x21)
        writer.byte(pair == nil ? 0 : isV4 ? 0x11 : 0x21)
        var addresses = Writer()
        if let (source, target) = pair {
            addresses.append(source.ip.bytes + target.ip.bytes)
            addresses.integer(source.port)
            addresses.integer(target.port)
        }
        writer.integer(UInt16(addresses.bytes.count + extensions.count))
        writer.append(addresses.bytes + extensions)
        return writer.bytes
    }
}
