internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclaveTransport

/// The node, which is number 0, and who may be its peers.
enum People {
    static let namespace = "FUZZ"
    static let home = SocketAddress(.loopback, port: 1)
    static let count = 3
    /// The node is so heavy that one of the others may be blocked.
    private static let weights: [UInt64] = [4, 1, 1]

    private static let keys: [SigningKey]? = try? (1...UInt8(count)).map {
        try SigningKey(seed: [UInt8](repeating: $0, count: SigningKey.seedByteCount))
    }

    static func key(_ number: Int) throws(Finding) -> SigningKey {
        guard let keys else { throw Finding("there are no keys") }
        return keys[number]
    }

    static func peer(_ number: Int) throws(Finding) -> PeerID { try key(number).publicKey }

    static func identity(_ number: Int) throws(Finding) -> HandshakeIdentity {
        guard let namespace = try? Namespace(namespace) else { throw Finding("the namespace is none") }
        return HandshakeIdentity(key: try key(number), namespace: namespace)
    }

    /// Where somebody is, or has moved to.
    static func address(_ number: Int, home: Int = 0) -> SocketAddress {
        SocketAddress(.loopback, port: UInt16(1 + number + home * count))
    }

    static func number(at address: SocketAddress) -> Int { (Int(address.port) - 1) % count }

    /// The node and those whose bits are set.
    static func set(of chosen: UInt8) throws(Finding) -> PeerSet {
        var members: [PeerSet.Member] = []
        for number in 0..<count where number == 0 || chosen >> UInt8(number) & 1 == 1 {
            members.append(
                PeerSet.Member(
                    try peer(number), at: .symmetric(address(number)), weight: weights[number]))
        }
        guard let set = try? PeerSet(primary: members) else { throw Finding("a set is refused") }
        return set
    }
}
