/// Addresses that begin with the same bits, as CIDR writes them: `10.0.0.0/8`, `2001:db8::/32`.
///
/// A network of IPv6 never holds an IPv4 address: what is written as one inside the other is made plain
/// first.
public struct IPNetwork: Hashable, Sendable {
    /// The first address of the network.
    public let first: IPAddress
    /// How many bits all its addresses share: `0...32` for IPv4, `0...128` for IPv6.
    public let prefixBits: Int

    /// The network of one address.
    public init(_ address: IPAddress) {
        first = address
        prefixBits = address.isV4 ? 32 : 128
    }

    /// Nil if `prefixBits` is out of range, or if `first` has a bit beyond them: it would not be the first.
    public init?(_ first: IPAddress, prefixBits: Int) {
        guard (0...(first.isV4 ? 32 : 128)).contains(prefixBits),
            first.network(prefixBits: prefixBits) == first
        else { return nil }
        self.first = first
        self.prefixBits = prefixBits
    }

    public func contains(_ address: IPAddress) -> Bool {
        address.isV4 == first.isV4 && address.network(prefixBits: prefixBits) == first
    }
}

extension IPNetwork: CustomStringConvertible {
    /// `10.0.0.0/8`, or one address alone.
    ///
    /// - Throws: ``DecodeError/malformedText``, also for a network whose address has bits beyond its prefix:
    ///   whoever wrote `10.1.2.3/8` meant something else.
    public init(_ text: String) throws(DecodeError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let address = try IPAddress(String(parts[0]))
        guard parts.count == 2 else {
            self.init(address)
            return
        }
        guard let bits = Decimal.number(parts[1], digits: 3, limit: 128),
            let network = IPNetwork(address, prefixBits: bits)
        else { throw .malformedText }
        self = network
    }

    public var description: String { "\(first)/\(prefixBits)" }
}
