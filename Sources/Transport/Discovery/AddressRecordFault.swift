/// What is wrong with an address record; whoever sent it breaks the protocol.
public enum AddressRecordFault: String, Error, Hashable, Sendable, CaseIterable {
    /// The key in it did not sign it.
    case signature
    /// Its time is further ahead of ours than clocks may differ.
    case fromFuture = "from_future"
    /// It speaks of the one who receives it, who knows better.
    case ofOurselves = "of_ourselves"
    /// A greeting that is not of the peer at the other end.
    case ofAnother = "of_another"
}
