import ConclavePrimitives

/// One value of each type for all who share it, made when first asked for: pools of memory.
///
/// A process has its own. The nodes of a simulation share one, because they run in one thread: what one of
/// them has just given back is still in the processor's cache when the next takes it.
package final class Commons: Sendable {
    private let values = Lock<[ObjectIdentifier: any Sendable]>([:])

    /// Gives the kernel what the allocator keeps for later; may take milliseconds. Nil where memory is not
    /// wanted back, and pools keep what they have: in the simulation, which has no idle time.
    package let giveBack: (@Sendable () -> Void)?

    package init(giveBack: (@Sendable () -> Void)? = nil) {
        self.giveBack = giveBack
    }

    package func value<Value: Sendable>(_ make: @Sendable () -> Value) -> Value {
        values.withLock { values in
            if let value = values[ObjectIdentifier(Value.self)] as? Value { return value }
            let value = make()
            values[ObjectIdentifier(Value.self)] = value
            return value
        }
    }
}
