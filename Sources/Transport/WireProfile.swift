/// What a connection speaks after its frames: chosen by the dialer with its first frame, never changed.
public enum WireProfile: Hashable, Sendable {
    /// Byte for byte the protocol of commonware-p2p.
    case commonware
    /// The project's own. The version is the first byte of the first frame, and the transcript covers it.
    case native(version: UInt8)

    /// The versions of the native profile that this program speaks.
    public static let versions: ClosedRange<UInt8> = 1...1

    /// Every profile that this program speaks: what a listener serves unless it is told to serve fewer.
    public static let spoken: [WireProfile] = [.commonware] + versions.map { .native(version: $0) }

    /// How its messages lie in records.
    package var layout: RecordLayout {
        switch self {
        case .commonware: .singles
        case .native: .packed
        }
    }

    /// The first frame in this profile.
    public var opening: HandshakeFrame {
        switch self {
        case .commonware: .hello
        case .native: .versionedHello
        }
    }
}
