import ConclaveRuntime

/// What arrives at one time, at whichever hosts.
///
/// One list for all of them, because a broadcast goes to every host: a list each would be so many pieces of
/// memory that no cache holds.
final class Moment: Occurrence {
    /// An end at which something arrives, kept alive until it has.
    @safe
    struct Arrival {
        private let endpoint: Unmanaged<Endpoint>
        /// The number of its host.
        let host: Int

        init(_ endpoint: Endpoint) {
            unsafe self.endpoint = .passRetained(endpoint)
            host = endpoint.host.number
        }

        var memory: MemoryHint { unsafe MemoryHint(endpoint.toOpaque()) }

        /// Gives the end out, once.
        func take() -> Endpoint { unsafe endpoint.takeRetainedValue() }
    }

    /// As many as usually arrive together in a small network.
    private static let arrivalsAtOnce = 64

    /// In nanoseconds since the simulation began; never when it is not set.
    var time = UInt64.max
    @safe @exclusivity(unchecked)
    private var arrivals: [Arrival] = []
    private unowned let fabric: Fabric

    init(_ fabric: Fabric) {
        self.fabric = fabric
        arrivals.reserveCapacity(Self.arrivalsAtOnce)
    }

    deinit {
        for arrival in arrivals { _ = arrival.take() }
    }

    func add(_ endpoint: Endpoint) { arrivals.append(Arrival(endpoint)) }

    /// All that has come together, in the order of sending.
    func takeAll(_ body: (Arrival) -> Void) {
        for arrival in arrivals { body(arrival) }
        arrivals.removeAll(keepingCapacity: true)
    }

    func occur() { fabric.arrive(self) }
}
