import ConclaveTelemetry

/// What the contexts of one node have in common. Never changed: who wants other surroundings makes a copy.
final class Surroundings: Sendable {
    let executors: [any RuntimeExecutor]
    let clock: any RuntimeClock
    let network: any Network
    let storage: any Storage
    let entropy: any Entropy
    /// Without a scope.
    let log: Log
    let metrics: Metrics
    let commons: Commons
    let keeper: ScopeKeeper

    /// What a copy may have different.
    struct Parts {
        var clock: any RuntimeClock
        var network: any Network
        var storage: any Storage
        var entropy: any Entropy
    }

    init(
        executors: [any RuntimeExecutor], clock: any RuntimeClock, network: any Network,
        storage: any Storage, entropy: any Entropy, log: Log, metrics: Metrics, commons: Commons,
        keeper: ScopeKeeper
    ) {
        self.executors = executors
        self.clock = clock
        self.network = network
        self.storage = storage
        self.entropy = entropy
        self.log = log
        self.metrics = metrics
        self.commons = commons
        self.keeper = keeper
    }

    func copy(_ change: (inout Parts) -> Void) -> Surroundings {
        var parts = Parts(clock: clock, network: network, storage: storage, entropy: entropy)
        change(&parts)
        return Surroundings(
            executors: executors, clock: parts.clock, network: parts.network, storage: parts.storage,
            entropy: parts.entropy, log: log, metrics: metrics, commons: commons, keeper: keeper)
    }
}
