public import ConclaveCryptography

/// Says whether a vote was signed. Every node must give the same answer to every question: where two rules
/// differ, one vote can split the network.
public protocol VoteVerifier: Sendable {
    func verifies(_ signature: Signature, of statement: [UInt8], by key: PublicKey) -> Bool
}

/// libsodium's strict rule for single signatures (Docs/Decisions/0003); never a batch equation, which accepts
/// some signatures that this one refuses.
public struct StrictVerifier: VoteVerifier {
    public init() {}

    public func verifies(_ signature: Signature, of statement: [UInt8], by key: PublicKey) -> Bool {
        key.verifies(signature, of: statement, namespace: .votes)
    }
}
