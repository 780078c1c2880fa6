package import ConclaveCodec
package import ConclavePrimitives
package import ConclaveTransport

/// Where the addresses of peers come from: all that differs between the modes as far as the directory is
/// concerned.
package protocol AddressStrategy: Sendable {
    /// Who is authorised, and dialled, whatever the sets say; in ascending order.
    var bootstrappers: [PeerID] { get }

    /// How many known addresses of peers were replaced by others, ever.
    var updates: UInt64 { get }

    /// Where `peer` can be dialled, as far as it is known.
    func ingress(of peer: PeerID) -> Ingress?

    /// What the engine said of the address of `peer`.
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

    // MARK: Discovery; in lookup nothing of it happens

    /// Whether no news of `peer` is needed.
    func knowsWay(to peer: PeerID) -> Bool

    /// What `peer` says of itself, or we of ourselves.
    func record(of peer: PeerID) -> AddressRecord?

    /// This is our own record from now on.
    mutating func announce(_ own: AddressRecord)

    /// A peer passed a record on. Returns whether it was news.
    mutating func heard(_ record: AddressRecord, at now: WallTime) throws(PeerFault) -> Bool

    /// A record that was verified. Returns whether it was news.
    mutating func learn(_ believed: BelievedRecord) -> Bool

    /// A dial of ours ended.
    mutating func dialed(_ peer: PeerID, at ingress: Ingress, _ result: DialResult)

    /// What an earlier process of ours knew.
    mutating func remember(_ records: [AddressRecord])

    /// What is to be kept for a later one: the record of each peer, nil to forget it.
    mutating func takeUnkept() -> [(peer: PeerID, record: AddressRecord?)]

    /// Nothing can be kept.
    mutating func stopKeeping()
}

/// What new word of an address did.
package enum AddressUpdate: Hashable, Sendable {
    case first, same, changed
}

/// How a dial ended, as far as the address is concerned.
package enum DialResult: Hashable, Sendable {
    /// The peer was there.
    case reached
    /// Nobody was there, or somebody else.
    case failed
}
