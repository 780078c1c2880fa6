import ConclavePrimitives
import ConclaveRuntime

/// A node's disk: what is synced, and outlives its processes; and what goes wrong with it.
///
/// Touched on the simulation's thread only.
final class SimulatedDisk {
    typealias Tables = SortedArray<StorageName, SimulatedTable>

    let node: String
    let conditions: DiskConditions
    let world: World
    /// Of its own, so that what a disk draws changes nothing elsewhere.
    var random: SplitMix64

    private var stores = SortedArray<StorageName, Tables>()
    private var writesUntilFailure: Int?
    /// Batches that were given to the disk since the simulation began.
    private(set) var batches = 0

    init(of node: String, number: Int, conditions: DiskConditions, world: World) {
        self.node = node
        self.conditions = conditions
        self.world = world
        var seeds = SplitMix64(seed: world.seed ^ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        random = SplitMix64(seed: seeds.next())
    }

    /// What is synced of a store.
    func tables(of name: StorageName) -> Tables { stores[name] ?? Tables() }

    /// Changes what is synced of a store.
    func change(_ name: StorageName, _ body: (inout Tables) -> Void) {
        // Taken out, because what is held twice is copied when it changes.
        var tables = exchange(&stores[name], with: nil) ?? Tables()
        body(&tables)
        stores[name] = tables
    }

    // MARK: Failures

    /// A batch waits to be synced.
    func countBatch() { batches += 1 }

    /// Lets the `count`-th write from now fail, 1 for the next; none if it is 0.
    func failWrite(_ count: Int) {
        writesUntilFailure = count > 0 ? count : nil
    }

    /// Counts a write; what it fails with, if it does: the disk is full, or it broke.
    func failureOfWrite() -> StorageFailure.Cause? {
        guard let left = writesUntilFailure else { return nil }
        writesUntilFailure = left > 1 ? left - 1 : nil
        guard left == 1 else { return nil }
        return random.chance(perMillion: 500_000) ? .full : .system(code: SimulatedStore.brokenCode)
    }

    // MARK: Time

    /// Does `action` when the disk has had the time it takes.
    func after(_ action: @escaping () -> Void) {
        let least = UInt64(clamping: conditions.latency.lowerBound.saturatingNanoseconds)
        let most = UInt64(clamping: conditions.latency.upperBound.saturatingNanoseconds)
        world.set(Occasion(action), after: least + random.upTo(most - least))
    }

    func note(_ text: @autoclosure () -> String) {
        world.note(.note("\(node)'s disk \(text())"))
    }
}
