import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// How one dial ended.
enum DialOutcome: Hashable, Sendable {
    case connected
    /// Somebody else was quicker, or the peer lost its place.
    case replaced
    case unreachable(HostFailure)
    /// The listener closed: it did not want us, or its own dial goes first.
    case closed
    case refusedHandshake(HandshakeFault)

    /// A closed set of names, for counting.
    var name: String {
        switch self {
        case .connected: "connected"
        case .replaced: "replaced"
        case .unreachable: "unreachable"
        case .closed: "closed"
        case .refusedHandshake: "handshake_failed"
        }
    }

    /// Every ``name``.
    static let names = ["connected", "replaced", "unreachable", "closed", "handshake_failed"]

    /// What it says of the address that was dialled; nil if it says nothing.
    var ofAddress: DialResult? {
        switch self {
        case .connected: .reached
        case .replaced: nil
        case .unreachable, .closed, .refusedHandshake: .failed
        }
    }
}

/// Why an inbound connection came to nothing.
enum HandshakeRefusal: Hashable, Sendable {
    case admission(AdmissionRefusal)
    case proxy(ProxyFault)
    case unauthorised, timedOut, closed
    case reservation(InboundRefusal)
    case fault(HandshakeFault)

    /// A closed set of names, for counting.
    var name: String {
        switch self {
        case .admission(let refusal): refusal.rawValue
        case .proxy(let fault): fault.rawValue
        case .unauthorised: "unauthorised"
        case .timedOut: "timed_out"
        case .closed: "closed"
        case .reservation(let refusal): refusal.rawValue
        case .fault(let fault): fault.name
        }
    }

    /// Every ``name``.
    static let names =
        AdmissionRefusal.allCases.map(\.rawValue) + ProxyFault.allCases.map(\.rawValue)
        + ["unauthorised", "timed_out", "closed"]
        + InboundRefusal.allCases.map(\.rawValue) + HandshakeFault.names
}

/// Counts dials by outcome and refused handshakes by reason. The names are closed sets, so there is no limit
/// to state.
final class ConnectionCounters: Sendable {
    private struct State {
        var dials = SortedArray<String, UInt64>()
        var refusals = SortedArray<String, UInt64>()
    }

    private let state = Lock(State())

    func dialed(_ outcome: DialOutcome) {
        state.withLock { $0.dials[outcome.name] = ($0.dials[outcome.name] ?? 0) + 1 }
    }

    func refused(_ refusal: HandshakeRefusal) {
        state.withLock { $0.refusals[refusal.name] = ($0.refusals[refusal.name] ?? 0) + 1 }
    }

    /// Counts by name, in the order of the names.
    var counts: (dials: [(String, UInt64)], refusals: [(String, UInt64)]) {
        state.withLock { state in
            (state.dials.map { ($0.key, $0.value) }, state.refusals.map { ($0.key, $0.value) })
        }
    }
}
