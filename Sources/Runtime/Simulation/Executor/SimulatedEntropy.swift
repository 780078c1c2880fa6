import ConclavePrimitives
import ConclaveRuntime

/// Chance of one process of one node, out of the seed.
///
/// `@unchecked Sendable`: touched on the simulation's thread only.
final class SimulatedEntropy: Entropy, @unchecked Sendable {
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            var word = random.next()
            for _ in 0..<min(8, count - bytes.count) {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return bytes
    }
}
