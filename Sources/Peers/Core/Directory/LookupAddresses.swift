package import ConclaveCodec
package import ConclavePrimitives
package import ConclaveTransport

/// Lookup mode: the engine tells every address.
package struct LookupAddresses: AddressStrategy {
    private let check: AddressCheck
    private var known: [PeerID: PeerAddress] = [:]
    /// How many peers of `known` come from each IP; never 0.
    private var expected: [IPAddress: Int] = [:]
    package private(set) var updates: UInt64 = 0

    package init(check: AddressCheck) {
        self.check = check
    }

    package var bootstrappers: [PeerID] { [] }

    package func ingress(of peer: PeerID) -> Ingress? { known[peer]?.ingress }

    package func address(of peer: PeerID) -> PeerAddress? { known[peer] }

    package func peersExpected(from ip: IPAddress) -> Int? {
        switch check {
        case .exact: expected[ip] ?? 0
        case .bypassed: expected[ip]
        }
    }

    package func expects(_ peer: PeerID, from ip: IPAddress) -> Bool {
        switch check {
        case .exact: known[peer]?.egress == ip
        case .bypassed: true
        }
    }

    package func examine(_ members: [PeerSet.Member]) throws(DirectoryFault) {
        for member in members where member.address == nil { throw .addressMissing(member.peer) }
    }

    package mutating func tracked(_ members: [PeerSet.Member]) -> [PeerID] {
        var changed: [PeerID] = []
        for member in members {
            guard let address = member.address else { continue }
            if moved(member.peer, to: address) == .changed { changed.append(member.peer) }
        }
        return changed.sorted()
    }

    package mutating func moved(_ peer: PeerID, to address: PeerAddress) -> AddressUpdate {
        let old = known.updateValue(address, forKey: peer)
        guard old != address else { return .same }
        if let old { release(old.egress) }
        expected[address.egress, default: 0] += 1
        guard old != nil else { return .first }
        updates += 1
        return .changed
    }

    package mutating func dropped(_ peer: PeerID) {
        guard let address = known.removeValue(forKey: peer) else { return }
        release(address.egress)
    }

    private mutating func release(_ ip: IPAddress) {
        guard let count = expected[ip] else { return }
        expected[ip] = count > 1 ? count - 1 : nil
    }
}

/// Lookup knows no records: the wire has none in this mode, and a dial that fails changes no address.
extension LookupAddresses {
    package func knowsWay(to peer: PeerID) -> Bool { known[peer] != nil }
    package func record(of peer: PeerID) -> AddressRecord? { nil }
    package func announce(_ own: AddressRecord) {}
    package func heard(_ record: AddressRecord, at now: WallTime) -> Bool { false }
    package func learn(_ believed: BelievedRecord) -> Bool { false }
    package func dialed(_ peer: PeerID, at ingress: Ingress, _ result: DialResult) {}
    package func remember(_ records: [AddressRecord]) {}
    package func takeUnkept() -> [(peer: PeerID, record: AddressRecord?)] { [] }
    package func stopKeeping() {}
}
