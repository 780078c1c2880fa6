/// A task that waits to be resumed, exactly once. Whoever takes it out of its place under the lock resumes
/// it.
///
/// `UnsafeContinuation` and not `CheckedContinuation`, because a mailbox would allocate at every wait.
@usableFromInline
@safe
package struct SuspendedTask: Sendable {
    private let continuation: UnsafeContinuation<Void, Never>

    package init(_ continuation: UnsafeContinuation<Void, Never>) {
        unsafe self.continuation = continuation
    }

    @usableFromInline
    package func resume() {
        unsafe continuation.resume()
    }
}
