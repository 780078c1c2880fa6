/// Carries a value that cannot be copied to a task that is about to start: closures may be called twice, so
/// they cannot consume what they capture. If nobody takes it, it ends with the handoff.
public final class Handoff<Value: ~Copyable & Sendable>: Sendable {
    private let value: Lock<Value?>

    public init(_ value: consuming sending Value) {
        self.value = Lock(value)
    }

    /// The value, the first time.
    public func take() -> Value? {
        value.withLock { $0.take() }
    }
}
