/// An IPv4 or IPv6 address. IPv4 inside IPv6 (`::ffff:a.b.c.d`) cannot be expressed: it is made plain.
public struct IPAddress: Hashable, Sendable {
    /// The address in network order: 4 bytes or 16.
    public let bytes: [UInt8]

    /// Four bytes.
    public init(v4 a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        bytes = [a, b, c, d]
    }

    /// Four or sixteen bytes in network order; nil for any other count.
    public init?(networkOrder raw: [UInt8]) {
        switch raw.count {
        case 4: bytes = raw
        case 16: bytes = raw.prefix(12).elementsEqual(Self.mappedPrefix) ? Array(raw.suffix(4)) : raw
        default: return nil
        }
    }

    public var isV4: Bool { bytes.count == 4 }

    public static let loopback = IPAddress(v4: 127, 0, 0, 1)

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
}
