import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives

/// A key that no secret belongs to: its last byte is `number`.
func peer(_ number: UInt8) -> PeerID {
    PublicKey(Array(repeating: 0, count: 31) + [number])!
}

/// So many milliseconds after the clock's origin.
func at(_ milliseconds: UInt64) -> Instant {
    Instant(nanoseconds: milliseconds * 1_000_000)
}
