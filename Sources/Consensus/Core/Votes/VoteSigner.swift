public import ConclaveCryptography

/// Signs own votes. Signing the same statement again gives the same bytes.
public protocol VoteSigner: Sendable {
    var publicKey: PublicKey { get }

    /// The signature over what ``Committee/statement(of:)`` returned, under the namespace of votes.
    func sign(_ statement: [UInt8]) -> Signature
}

extension SigningKey: VoteSigner {
    public func sign(_ statement: [UInt8]) -> Signature { sign(statement, namespace: .votes) }
}
