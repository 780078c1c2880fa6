import ConclaveCodec
import ConclavePeersCore

/// One dial: where to, and the claim on the peer that it holds.
struct DialOrder: ~Copyable, Sendable {
    let ingress: Ingress
    let reservation: Reservation
}
