/// The time for which one set of validators decides. Counted from 0.
public struct Epoch: Ordinal {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
}
