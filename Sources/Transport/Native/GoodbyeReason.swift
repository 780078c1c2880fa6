/// Why a side ends a connection of the `native` profile, as it tells the other. It changes when that one
/// dials again, never whom it authorises.
public enum GoodbyeReason: UInt8, Hashable, Sendable, CaseIterable {
    /// The node goes down.
    case shutdown = 0
    /// A newer connection between the two has taken this one's place.
    case replaced = 1
    /// The other side broke the protocol.
    case protocolError = 2
    /// There is no room for this connection now.
    case overloaded = 3
    /// The other side is not among the peers any more.
    case notWanted = 4

    /// The name in metrics and logs, out of a closed set.
    public var name: String {
        switch self {
        case .shutdown: "shutdown"
        case .replaced: "replaced"
        case .protocolError: "protocol_error"
        case .overloaded: "overloaded"
        case .notWanted: "not_wanted"
        }
    }
}
