public import ConclaveTransport

/// Which profile a node dials in. It answers both: who dials chooses, and nobody chooses again for it.
///
/// A dial that failed is not repeated in another profile or version. Who must be dialled in another one,
/// because it can neither change nor dial us, is named here.
public struct WireChoice: Hashable, Sendable {
    /// What a node speaks that was told nothing else.
    public static let native = WireChoice(.native)
    public static let commonware = WireChoice(.commonware)

    /// What we dial in, in its newest version.
    public let dialled: Wire
    /// Peers that are dialled in another profile, or in an older version.
    public let exceptions: [PeerID: WireProfile]
    /// The versions of the native profile that we speak.
    package let versions: ClosedRange<UInt8>
    /// Additions to it that we know, one a bit.
    package let features: UInt64

    public init(_ dialled: Wire, exceptions: [PeerID: WireProfile] = [:]) {
        self.init(dialled, exceptions: exceptions, versions: WireProfile.versions)
    }

    /// A node of another time, for networks in which not all are of one.
    package init(
        _ dialled: Wire, exceptions: [PeerID: WireProfile] = [:], versions: ClosedRange<UInt8>,
        features: UInt64 = 0
    ) {
        self.dialled = dialled
        self.exceptions = exceptions
        self.versions = versions
        self.features = features
    }

    /// What `peer` is dialled in.
    package func profile(for peer: PeerID) -> WireProfile {
        if let exception = exceptions[peer] { return exception }
        switch dialled {
        case .native: return .native(version: versions.upperBound)
        case .commonware: return .commonware
        }
    }

    /// What is answered.
    package var served: [WireProfile] { [.commonware] + versions.map { .native(version: $0) } }
}

extension Wire {
    /// The profile, in the newest version that this program speaks.
    public var newest: WireProfile {
        switch self {
        case .native: .native(version: WireProfile.versions.upperBound)
        case .commonware: .commonware
        }
    }
}

extension WireProfile {
    /// Its name.
    public var wire: Wire {
        switch self {
        case .commonware: .commonware
        case .native: .native
        }
    }
}
