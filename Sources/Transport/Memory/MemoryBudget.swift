import ConclavePrimitives
import Synchronization

/// A queue that was refused memory and wants to hear when there is some again.
package protocol MemoryClaimant: AnyObject, Sendable {
    /// There was as much as it claimed a moment ago. From any thread, without a lock held.
    func memoryCameFree()
}

/// The bytes that all queues of a node share above their floors, first come first served.
///
/// One number that is changed without a lock, and rarely: ``MemoryAccount`` leases in large pieces.
package final class MemoryBudget: Sendable {
    private struct Claim {
        let claimant: any MemoryClaimant
        let bytes: Int
    }

    /// Bytes that may be leased at once.
    package let limit: Int
    private let leased = Atomic<Int>(0)
    private let claims = Lock<[Claim]>([])
    /// How many claims wait: looked at with each return of memory.
    private let claimCount = Atomic<Int>(0)

    package init(limit: Int) {
        self.limit = limit
    }

    /// Bytes that are leased now. Above ``limit`` only by what ``takeRegardless(_:)`` took.
    package var used: Int { leased.load(ordering: .relaxed) }

    /// Leases `wanted` bytes, or `least` if there are not so many, or nothing.
    ///
    /// - Returns: how many.
    package func take(least: Int, wanted: Int) -> Int {
        var before = leased.load(ordering: .relaxed)
        while true {
            let free = limit - before
            guard least <= free else { return 0 }
            let taken = min(max(least, wanted), free)
            let (done, now) = leased.weakCompareExchange(
                expected: before, desired: before + taken, ordering: .sequentiallyConsistent)
            if done { return taken }
            before = now
        }
    }

    /// Leases `bytes` even if there are not so many: for what has been read already and must not be lost.
    package func takeRegardless(_ bytes: Int) {
        leased.wrappingAdd(bytes, ordering: .relaxed)
    }

    package func give(_ bytes: Int) {
        guard bytes > 0 else { return }
        leased.wrappingSubtract(bytes, ordering: .sequentiallyConsistent)
        if claimCount.load(ordering: .sequentiallyConsistent) > 0 { serveClaims() }
    }

    /// Tells `claimant` once, as soon as `bytes` are free; maybe at once. One claim a claimant: a later one
    /// replaces it.
    package func claim(_ bytes: Int, for claimant: any MemoryClaimant) {
        claims.withLock { claims in
            claims.removeAll { $0.claimant === claimant }
            claims.append(Claim(claimant: claimant, bytes: bytes))
            claimCount.store(claims.count, ordering: .sequentiallyConsistent)
        }
        serveClaims()
    }

    /// Forgets the claim of `claimant`, whose queue is gone.
    package func drop(_ claimant: any MemoryClaimant) {
        guard claimCount.load(ordering: .relaxed) > 0 else { return }
        claims.withLock { claims in
            claims.removeAll { $0.claimant === claimant }
            claimCount.store(claims.count, ordering: .sequentiallyConsistent)
        }
    }

    private func serveClaims() {
        let served = claims.withLock { claims -> [any MemoryClaimant] in
            let free = limit - leased.load(ordering: .sequentiallyConsistent)
            let served = claims.filter { $0.bytes <= free }
            claims.removeAll { $0.bytes <= free }
            claimCount.store(claims.count, ordering: .sequentiallyConsistent)
            return served.map(\.claimant)
        }
        for claimant in served { claimant.memoryCameFree() }
    }
}
