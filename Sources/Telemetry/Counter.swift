import Synchronization

/// A number that only grows, such as messages sent. Counting costs one atomic addition.
public final class Counter: Sendable {
    private let total = Atomic(0)

    init() {}

    /// - Parameter amount: at least 0.
    public func add(_ amount: Int = 1) {
        precondition(amount >= 0, "a counter only grows")
        total.wrappingAdd(amount, ordering: .relaxed)
    }

    public var value: Int { total.load(ordering: .relaxed) }
}
