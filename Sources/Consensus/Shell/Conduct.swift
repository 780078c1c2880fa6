/// Whether a node keeps the rules. No configuration of a node says anything else than that it does.
package enum Conduct: Sendable {
    case honest
    /// Signs two notarize votes in a view, for different blocks, and tells some validators the one and some
    /// the other.
    case equivocating
}
