package import ConclaveCodec
package import ConclavePrimitives

/// One ``RateLimit`` per address, for as many addresses as fit.
///
/// There are two generations. What is used moves to the young one; when that is full it becomes the old one,
/// and what was old, the longest unused, is forgotten as a whole. So each step costs O(1), memory has a
/// bound, and who brings many addresses gains no more than the allowance that a fresh address has anyway.
package struct RateTable: Sendable {
    private let generation: Int
    private var young: [IPAddress: RateLimit] = [:]
    private var old: [IPAddress: RateLimit] = [:]

    /// A table of at most `capacity` addresses; at least 2.
    package init(capacity: Int) {
        generation = max(1, capacity / 2)
    }

    package var count: Int { young.count + old.count }

    package mutating func take(of rate: Rate, for address: IPAddress, at now: Instant) -> RateLimit.Grant {
        var limit = young[address] ?? old.removeValue(forKey: address) ?? RateLimit()
        let grant = limit.take(of: rate, at: now)
        if young.count >= generation, young[address] == nil {
            swap(&young, &old)
            young.removeAll(keepingCapacity: true)
        }
        young[address] = limit
        return grant
    }
}
