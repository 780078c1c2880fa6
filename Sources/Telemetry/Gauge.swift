import Synchronization

/// A number that goes up and down, such as open connections.
public final class Gauge: Sendable {
    private let level = Atomic(0)

    init() {}

    public func set(_ value: Int) { level.store(value, ordering: .relaxed) }
    public func add(_ change: Int) { level.wrappingAdd(change, ordering: .relaxed) }
    public var value: Int { level.load(ordering: .relaxed) }
}
