public import ConclavePrimitives

/// Where chance comes from: the kernel in production, the seed in the simulation.
public protocol Entropy: Sendable {
    /// `count` bytes fit for keys.
    func bytes(_ count: Int) -> [UInt8]
}

extension Entropy {
    /// A fast generator for order and jitter, seeded from here.
    public func generator() -> SplitMix64 {
        SplitMix64(seed: bytes(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
