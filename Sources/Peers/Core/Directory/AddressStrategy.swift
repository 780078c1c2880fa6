package import ConclaveCodec

/// Where the addresses of peers come from: all that differs between the modes as far as the directory is
/// concerned.
package protocol AddressStrategy: Sendable {
    /// Where `peer` can be dialled, as far as it is known.
    func address(of peer: PeerID) -> PeerAddress?

    /// How many tracked peers connect from `ip`; nil if that cannot be told, so that their keys alone decide.
    func peersExpected(from ip: IPAddress) -> Int?

    /// Whether `peer` may connect from `ip`.
    func expects(_ peer: PeerID, from ip: IPAddress) -> Bool

    /// Refuses members of a set that this strategy cannot work with.
    func examine(_ members: [PeerSet.Member]) throws(DirectoryFault)

    /// A set with these members, ourselves excepted, is tracked now. Returns whose known address it changed,
    /// ascending.
    mutating func tracked(_ members: [PeerSet.Member]) -> [PeerID]

    /// The engine says where `peer` is.
    mutating func moved(_ peer: PeerID, to address: PeerAddress) -> AddressUpdate

    /// `peer` is tracked no more.
    mutating func dropped(_ peer: PeerID)
}

/// What new word of an address did.
package enum AddressUpdate: Hashable, Sendable {
    case first, same, changed
}
