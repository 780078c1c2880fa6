/// What one queue holds of the node's memory, in bytes: up to its floor for nothing, above it out of leases
/// from the budget that all queues share.
///
/// Leases are taken in pieces of ``lease`` bytes and one of them is kept in reserve while the queue is used,
/// so that the shared budget is touched once in many messages. Pure sums: whoever owns the account moves the
/// bytes that it names.
package struct MemoryAccount: Hashable, Sendable {
    /// Bytes leased at once, if there are so many: what one write or one read brings.
    package static let lease = 65_536

    private let floor: Int
    /// Bytes that the queue holds.
    package private(set) var held = 0
    /// Bytes that it has from the shared budget; never less than what it holds above its floor.
    package private(set) var leased = 0

    package init(floor: Int) {
        self.floor = max(0, floor)
    }

    /// What has to be leased before the queue can hold `bytes` more: nothing, or at least so much.
    package func shortage(for bytes: Int) -> Int {
        max(0, held + bytes - floor - leased)
    }

    /// The queue holds `bytes` more, for which `lease` bytes were taken from the budget: no less than
    /// ``shortage(for:)`` said.
    package mutating func hold(_ bytes: Int, leasing lease: Int) {
        held += bytes
        leased += lease
    }

    /// The queue has let go of `bytes`.
    ///
    /// - Returns: what goes back to the budget; all that is leased when half the floor is enough.
    package mutating func release(_ bytes: Int) -> Int {
        held = max(0, held - bytes)
        let spare = leased - max(0, held - floor)
        let surplus = held <= floor / 2 ? spare : max(0, spare - 2 * Self.lease)
        leased -= surplus
        return surplus
    }
}
