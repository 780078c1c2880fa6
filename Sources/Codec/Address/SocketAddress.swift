/// An IP address and a TCP port.
public struct SocketAddress: Hashable, Sendable {
    public let ip: IPAddress
    /// `0...65_535`; 0 means "any" where one listens.
    public let port: UInt16

    public init(_ ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }
}

extension SocketAddress: Comparable {
    public static func < (left: SocketAddress, right: SocketAddress) -> Bool {
        (left.ip, left.port) < (right.ip, right.port)
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `1.2.3.4:3000` or `[::1]:3000`.
    ///
    /// - Throws: ``DecodeError/malformedText``.
    public init(_ text: String) throws(DecodeError) {
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...])
        else {
            throw .malformedText
        }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let inner = isBracketed ? host.dropFirst().dropLast() : host
        // Brackets and only brackets hold IPv6: `::1:80` would have two meanings.
        guard isBracketed == inner.contains(":") else { throw .malformedText }
        self.init(try IPAddress(String(inner)), port: port)
    }

    public var description: String { ip.isV4 ? "\(ip):\(port)" : "[\(ip)]:\(port)" }

    static func port(_ text: Substring) -> UInt16? {
        Decimal.number(text, digits: 5, limit: 65_535).map(UInt16.init)
    }
}

extension SocketAddress: WireValue {
    private static let v4Tag: UInt8 = 4
    private static let v6Tag: UInt8 = 6

    /// `0x04 ‖ IPv4 (4) ‖ port` or `0x06 ‖ IPv6 (16) ‖ port`.
    public func encode(into writer: inout Writer) {
        writer.byte(ip.isV4 ? Self.v4Tag : Self.v6Tag)
        writer.append(ip.bytes)
        writer.integer(port)
    }

    /// IPv4 inside IPv6 is refused here: made plain it would encode to other bytes, and signatures are over
    /// bytes.
    public init(from reader: inout Reader) throws(DecodeError) {
        let tag = try reader.byte()
        let raw: [UInt8]
        switch tag {
        case Self.v4Tag: raw = try reader.array(4)
        case Self.v6Tag: raw = try reader.array(16)
        default: throw .unknownTag(tag)
        }
        guard !IPAddress.holdsV4(raw), let ip = IPAddress(networkOrder: raw) else { throw .malformedText }
        self.init(ip, port: try reader.integer())
    }
}
