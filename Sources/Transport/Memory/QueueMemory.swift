/// One queue's account together with the budget that it draws on. Belongs to whoever holds the queue's lock.
package struct QueueMemory: Sendable {
    private let budget: MemoryBudget
    private var account: MemoryAccount

    /// - Parameter floor: bytes that the queue may hold whatever others have taken.
    package init(_ budget: MemoryBudget, floor: Int) {
        self.budget = budget
        account = MemoryAccount(floor: floor)
    }

    /// Bytes that the queue holds.
    package var held: Int { account.held }

    /// Holds `bytes` more; false, and nothing has changed, if they are above the floor and the budget is used
    /// up.
    package mutating func take(_ bytes: Int) -> Bool {
        let shortage = account.shortage(for: bytes)
        guard shortage > 0 else {
            account.hold(bytes, leasing: 0)
            return true
        }
        let lease = budget.take(least: shortage, wanted: max(shortage, MemoryAccount.lease))
        guard lease > 0 else { return false }
        account.hold(bytes, leasing: lease)
        return true
    }

    /// Holds `bytes` more in any case. Says whether they were within floor and budget.
    package mutating func takeRegardless(_ bytes: Int) -> Bool {
        if take(bytes) { return true }
        let shortage = account.shortage(for: bytes)
        budget.takeRegardless(shortage)
        account.hold(bytes, leasing: shortage)
        return false
    }

    /// Lets go of `bytes`.
    ///
    /// - Returns: what goes back to the budget by ``MemoryBudget/give(_:)``, outside of the queue's lock: it
    ///   may wake other queues.
    package mutating func release(_ bytes: Int) -> Int { account.release(bytes) }

    /// Lets go of everything; the same.
    package mutating func releaseAll() -> Int { account.release(account.held) }
}
