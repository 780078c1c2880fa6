import ConclavePrimitives
import Synchronization

/// The present route table. Written by the Router alone; senders keep the table they have seen and look again
/// only when the version has changed, so that sending takes no shared lock.
final class Routes: Sendable {
    private let table = Lock(RouteTable())
    private let version = Atomic<UInt64>(0)

    var currentVersion: UInt64 { version.load(ordering: .acquiring) }
    var current: RouteTable { table.withLock { $0 } }

    func replace(with next: RouteTable) {
        table.withLock { $0 = next }
        version.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }
}
