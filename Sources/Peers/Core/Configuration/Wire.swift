/// A wire profile by the name that files, flags and people have for it.
public enum Wire: String, Hashable, Sendable, CaseIterable {
    /// The project's own: many messages in a record, urgent ones first.
    case native
    /// Byte for byte that of commonware-p2p.
    case commonware
}
