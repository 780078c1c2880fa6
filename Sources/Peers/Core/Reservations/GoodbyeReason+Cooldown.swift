package import ConclaveTransport

extension GoodbyeReason {
    /// How many cooldowns we wait, from the goodbye on, before we dial who said it: at least one for who has
    /// gone down or found fault with us, more for who has no room or has not heard of us. It dials us when
    /// that has changed, so the wait costs little when it is wrong.
    package var cooldownsBeforeDialling: Int {
        switch self {
        case .replaced: 0
        case .shutdown, .protocolError: 1
        case .overloaded, .notWanted: 4
        }
    }
}
