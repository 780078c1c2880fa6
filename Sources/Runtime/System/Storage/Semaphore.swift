import Glibc

/// Counts what a thread waits for. Unlike a condition it needs no lock around it.
///
/// `@unchecked Sendable`: the kernel's semaphore is made to be used from several threads; the pointer to it
/// never changes.
@safe
final class Semaphore: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    func post() {
        // Fails when it stands at its highest count: then the waiter is awake for long enough anyway.
        _ = unsafe sem_post(semaphore)
    }

    func wait() {
        while unsafe sem_wait(semaphore) != 0, errno == EINTR {}
    }
}
