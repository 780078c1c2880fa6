/// One attempt to agree on one more block, with one leader. Counted from 1 in each epoch; view 0 stands for
/// the block from which the epoch starts.
public struct View: Ordinal {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
}
