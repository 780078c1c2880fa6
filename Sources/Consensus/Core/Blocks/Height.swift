/// How many blocks lie below a block. The genesis block has 0.
public struct Height: Ordinal {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
}
