package import ConclaveCodec
package import ConclaveCryptography
package import ConclavePeersCore
package import ConclavePrimitives
package import ConclaveTransport

/// The peer whose key is `number`, so that keys order as numbers do.
package func peer(_ number: Int) -> PeerID {
    let bytes = [UInt8](repeating: 0, count: 24) + withBigEndianBytes(UInt64(number))
    guard let key = PublicKey(bytes) else { preconditionFailure("32 bytes are a key") }
    return key
}

private func withBigEndianBytes(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
}

/// A public address that differs for each number.
package func address(_ number: Int, port: UInt16 = 3_000) -> PeerAddress {
    .symmetric(SocketAddress(ip(number), port: port))
}

package func ip(_ number: Int) -> IPAddress {
    IPAddress(v4: 8, UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF))
}

/// Milliseconds after the origin of the clock.
package func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: UInt64(milliseconds) * 1_000_000) }

package func member(_ number: Int, weight: UInt64 = 1) -> PeerSet.Member {
    PeerSet.Member(peer(number), at: address(number), weight: weight)
}

package func configuration(
    _ profile: Profile = .local, mode: Mode = .lookup, maxMessageBytes: Int = 65_536
) throws(ConfigurationFault) -> Configuration {
    try Configuration(
        profile: profile, namespace: "TEST", maxMessageBytes: maxMessageBytes,
        listen: SocketAddress(.loopback, port: 0), mode: mode)
}

/// The key whose seed is `number` again and again.
package func signingKey(_ number: UInt8) throws -> SigningKey {
    try SigningKey(seed: [UInt8](repeating: number, count: 32))
}

/// What the peer with ``signingKey(_:)`` says of itself.
package func record(
    _ number: UInt8, at time: Int, port: UInt16 = 3_000, namespace: String = "TEST"
) throws -> AddressRecord {
    AddressRecord(
        ingress: .socket(SocketAddress(ip(Int(number)), port: port)),
        time: WallTime(milliseconds: UInt64(time)),
        key: try signingKey(number), namespace: try Namespace(namespace))
}

/// Milliseconds of the wall clock.
package func wall(_ milliseconds: Int) -> WallTime { WallTime(milliseconds: UInt64(milliseconds)) }
