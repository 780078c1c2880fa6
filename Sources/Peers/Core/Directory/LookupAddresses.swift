package import ConclaveCodec

/// Lookup mode: the engine tells every address.
package struct LookupAddresses: AddressStrategy {
    private let check: AddressCheck
    private var known: [PeerID: PeerAddress] = [:]
    /// How many peers of `known` come from each IP; never 0.
    private var expected: [IPAddress: Int] = [:]

    package init(check: AddressCheck) {
        self.check = check
    }

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
        return old == nil ? .first : .changed
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
