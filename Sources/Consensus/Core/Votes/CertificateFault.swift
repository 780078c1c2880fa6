/// Why a certificate proves nothing.
public enum CertificateFault: Error, Hashable, Sendable {
    case foreignEpoch(Epoch)
    /// It has bits for another number of members than the set has.
    case size(Int)
    /// The members whose bits are set weigh too little.
    case noQuorum
    /// The signature of that member does not verify; so many were looked at.
    case signature(of: Int, after: Int)
}
