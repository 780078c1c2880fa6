public import ConclaveCryptography

/// A peer is its public key.
public typealias PeerID = PublicKey
