/// What a connection speaks after its frames: chosen by the dialer with its first frame, never changed.
public enum WireProfile: Hashable, Sendable {
    /// Byte for byte the protocol of commonware-p2p.
    case commonware
    /// The project's own. The version is the first byte of the first frame, and the transcript covers it.
    case native(version: UInt8)

    /// Every profile that this program speaks: what a listener serves unless it is told to serve fewer.
    public static let spoken: [WireProfile] = [.commonware, .native(version: 1)]

    /// The first frame in this profile.
    public var opening: HandshakeFrame {
        switch self {
        case .commonware: .hello
        case .native: .versionedHello
        }
    }
}
