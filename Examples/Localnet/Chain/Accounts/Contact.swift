public import ConclaveCodec
public import ConclaveCryptography

/// How a validator is reached: the key that it uses on the network, which signs its votes, and its address.
public struct Contact: Hashable, Sendable, WireValue {
    public let networkKey: PublicKey
    public let address: Ingress

    public init(networkKey: PublicKey, address: Ingress) {
        self.networkKey = networkKey
        self.address = address
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        networkKey = try PublicKey(from: &reader)
        address = try Ingress(from: &reader)
    }

    public func encode(into writer: inout Writer) {
        networkKey.encode(into: &writer)
        address.encode(into: &writer)
    }
}

/// A contact, and the network key's own word that it acts for an account. Without it one could take the key
/// of somebody else, who then could not use it.
public struct ProvenContact: Hashable, Sendable, WireValue {
    public let contact: Contact
    public let proof: Signature

    /// Proves that whoever holds `networkKey` is at `address` for `account`.
    public init(networkKey: SigningKey, address: Ingress, for account: PublicKey, on chain: ChainIdentity) {
        contact = Contact(networkKey: networkKey.publicKey, address: address)
        proof = networkKey.sign(Self.message(contact, account, chain), namespace: chain.contacts)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        contact = try Contact(from: &reader)
        proof = try Signature(from: &reader)
    }

    public func encode(into writer: inout Writer) {
        contact.encode(into: &writer)
        proof.encode(into: &writer)
    }

    func isProven(for account: PublicKey, on chain: ChainIdentity) -> Bool {
        contact.networkKey.verifies(
            proof, of: Self.message(contact, account, chain), namespace: chain.contacts)
    }

    private static func message(
        _ contact: Contact, _ account: PublicKey, _ chain: ChainIdentity
    ) -> [UInt8] {
        var writer = Writer()
        chain.digest.encode(into: &writer)
        account.encode(into: &writer)
        contact.encode(into: &writer)
        return writer.bytes
    }
}
