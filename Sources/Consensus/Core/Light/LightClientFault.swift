/// Why a proof proves nothing to a light client.
public enum LightClientFault: Error, Hashable, Sendable {
    /// The header is of another chain.
    case foreignChain(Digest)
    /// The proof is of an epoch that the client does not stand in.
    case foreignEpoch(Epoch)
    /// A header names another set than the one that decides its epoch.
    case foreignSet(Digest)
    /// The height lies outside the epoch.
    case height(Height)
    /// Not a finalization. A notarization proves nothing: a notarized block may still be left out.
    case notFinal
    /// The finalization is of another block.
    case otherBlock(Digest)
    /// A header is not the parent of the one before it.
    case notLinked(Height)
    case certificate(CertificateFault)
    /// The header is not that of the epoch's last block.
    case notLast(Height)
    /// The list of validators is not the one that the epoch's last block names.
    case wrongNextSet(Digest)
}
