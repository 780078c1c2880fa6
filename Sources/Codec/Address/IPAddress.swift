/// An IPv4 or IPv6 address. IPv4 inside IPv6 (`::ffff:a.b.c.d`) cannot be expressed: it is made plain, so
/// that no check of addresses can be passed by writing one in the other form.
public struct IPAddress: Hashable, Sendable {
    public let isV4: Bool
    // The address as a number of 128 bits; IPv4 lies in the lowest 32.
    private let high, low: UInt64

    /// Four bytes.
    public init(v4 a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        isV4 = true
        high = 0
        low = Self.number([a, b, c, d])
    }

    /// Four or sixteen bytes in network order; nil for any other count.
    public init?(networkOrder raw: [UInt8]) {
        guard raw.count == 4 || raw.count == 16 else { return nil }
        isV4 = raw.count == 4 || Self.holdsV4(raw)
        high = isV4 ? 0 : Self.number(raw.prefix(8))
        low = Self.number(raw.suffix(isV4 ? 4 : 8))
    }

    /// The address in network order: 4 bytes or 16.
    public var bytes: [UInt8] {
        var writer = Writer(capacity: 16)
        if isV4 {
            writer.integer(v4Number)
        } else {
            writer.integer(high)
            writer.integer(low)
        }
        return writer.bytes
    }

    public static let loopback = IPAddress(v4: 127, 0, 0, 1)

    /// The first address of the network of `prefixBits` bits around this one: the other bits zero.
    package func network(prefixBits: Int) -> IPAddress {
        let width = isV4 ? 32 : 128
        let dropped = width - min(max(0, prefixBits), width)
        return IPAddress(
            isV4: isV4, high: high & UInt64.max << max(0, dropped - 64),
            low: low & UInt64.max << min(dropped, 64))
    }

    private init(isV4: Bool, high: UInt64, low: UInt64) {
        (self.isV4, self.high, self.low) = (isV4, high, low)
    }

    /// Whether sixteen bytes are an IPv4 address inside IPv6 (RFC 4291, 2.5.5.2).
    static func holdsV4(_ raw: [UInt8]) -> Bool {
        raw.count == 16 && raw.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private var v4Number: UInt32 { UInt32(truncatingIfNeeded: low) }
}

extension IPAddress: Comparable {
    /// IPv4 first, then by number.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        guard left.isV4 == right.isV4 else { return left.isV4 }
        return (left.high, left.low) < (right.high, right.low)
    }
}

extension IPAddress {
    /// Whether this is the machine itself: `127.0.0.0/8`, `::1`.
    public var isLoopback: Bool {
        isV4 ? isWithin(v4: 0x7F00_0000, bits: 8) : high == 0 && low == 1
    }

    /// Whether this names no machine: `0.0.0.0`, `::`. Who listens there listens on all addresses.
    public var isUnspecified: Bool { high == 0 && low == 0 }

    /// Whether this means another machine, or none, when someone elsewhere uses it: the private networks of
    /// RFC 1918, loopback, link-local, shared by a carrier (RFC 6598), unique and site-local IPv6,
    /// unspecified.
    public var isPrivate: Bool {
        guard isV4 else { return isPrivateV6 }
        return isWithin(v4: 0x0000_0000, bits: 8)
            || isWithin(v4: 0x0A00_0000, bits: 8)
            || isWithin(v4: 0x6440_0000, bits: 10)
            || isWithin(v4: 0x7F00_0000, bits: 8)
            || isWithin(v4: 0xA9FE_0000, bits: 16)
            || isWithin(v4: 0xAC10_0000, bits: 12)
            || isWithin(v4: 0xC0A8_0000, bits: 16)
    }

    /// `::/96` holds unspecified, loopback and a form of IPv4 that is no longer used; `fe80::/9` both local
    /// scopes.
    private var isPrivateV6: Bool {
        high == 0 && low >> 32 == 0 || high >> 57 == 0xFC >> 1 || high >> 55 == 0xFE80 >> 7
    }

    private func isWithin(v4 network: UInt32, bits: UInt32) -> Bool {
        (v4Number ^ network) >> (32 - bits) == 0
    }
}
