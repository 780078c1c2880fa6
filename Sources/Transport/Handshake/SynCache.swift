package import ConclaveCryptography
package import ConclavePrimitives

/// The Syns that were accepted and could still come again, of all peers, at most `capacity`.
///
/// A recorded Syn cannot complete a handshake, but answering it costs the listener a signature and two
/// operations on the curve. A full cache forgets its oldest entry: then a replay costs that again, and nobody
/// honest is refused. One cache serves all handshakes of a node, whichever loop they run on.
public final class SynCache: Sendable {
    private struct Entry: Hashable, Sendable {
        let peer: PublicKey
        let ephemeral: EphemeralPublicKey
    }

    private struct State: Sendable {
        var known: Set<Entry> = []  // only ever asked, never iterated
        var queue: [(entry: Entry, expiry: WallTime)] = []
        var oldest = 0

        /// Drops what expired at the front of the queue, and what is above `limit`.
        mutating func forget(expiredAt now: WallTime, keeping limit: Int) {
            while oldest < queue.count, queue[oldest].expiry < now || known.count > limit {
                known.remove(queue[oldest].entry)
                oldest += 1
            }
            if oldest > queue.count / 2 {
                queue.removeFirst(oldest)
                oldest = 0
            }
        }
    }

    private let capacity: Int
    private let state = Lock(State())

    /// `capacity` is at least 1, about 200 bytes each. What is needed is the number of handshakes that can be
    /// accepted within the age and the bound together.
    public init(capacity: Int) {
        precondition(capacity > 0, "a cache of \(capacity) Syns remembers nothing")
        self.capacity = capacity
    }

    public var count: Int { state.withLock { $0.known.count } }

    package func contains(_ peer: PublicKey, _ ephemeral: EphemeralPublicKey) -> Bool {
        state.withLock { $0.known.contains(Entry(peer: peer, ephemeral: ephemeral)) }
    }

    /// Remembers a Syn at least until the wall clock is past `expiry`, when its own time is too old; false if
    /// it was there already.
    package func insert(
        _ peer: PublicKey, _ ephemeral: EphemeralPublicKey, until expiry: WallTime, at now: WallTime
    ) -> Bool {
        let entry = Entry(peer: peer, ephemeral: ephemeral)
        return state.withLock { state in
            state.forget(expiredAt: now, keeping: capacity)
            guard state.known.insert(entry).inserted else { return false }
            state.queue.append((entry, expiry))
            state.forget(expiredAt: now, keeping: capacity)
            return true
        }
    }
}
