import ConclaveRuntime

/// What arrives at one time, at whichever hosts.
///
/// One list for all of them, because a broadcast goes to every host: a list each would be so many pieces of
/// memory that no cache holds.
final class Moment: Occurrence {
    /// An end at which something arrives. Its host keeps it alive while it is open, and after that it keeps
    /// itself until this has come (``Endpoint/arrive()``) or is dropped: to count one more reference would
    /// wait for the head of an object that no cache holds, twice a message.
    @safe
    struct Arrival {
        private let endpoint: Unmanaged<Endpoint>
        /// Which the fabric keeps.
        private let host: Unmanaged<Host>

        init(_ endpoint: Endpoint) {
            unsafe self.endpoint = .passUnretained(endpoint)
            unsafe host = .passUnretained(endpoint.host)
        }

        /// Brings it to its host; returns the number of that, if it is the first there.
        @inline(__always)
        func bring() -> Int? {
            unsafe host._withUnsafeGuaranteedRef { host in host.add(self) ? host.number : nil }
        }

        var memory: MemoryHint { unsafe MemoryHint(endpoint.toOpaque()) }

        /// It arrives, once.
        @inline(__always)
        func arrive() { unsafe endpoint._withUnsafeGuaranteedRef { $0.arrive() } }

        /// It never arrives.
        func drop() { unsafe endpoint._withUnsafeGuaranteedRef { $0.arrivalDropped() } }
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
        for arrival in arrivals { arrival.drop() }
    }

    @inline(__always)
    func add(_ endpoint: Endpoint) { arrivals.append(Arrival(endpoint)) }

    /// The same, if this is the moment of `time`.
    @inline(__always)
    func add(_ endpoint: Endpoint, at time: UInt64) -> Bool {
        guard time == self.time else { return false }
        add(endpoint)
        return true
    }

    /// All that has come together, in the order of sending.
    func takeAll(_ body: (Arrival) -> Void) {
        for arrival in arrivals { body(arrival) }
        arrivals.removeAll(keepingCapacity: true)
    }

    func occur() { fabric.arrive(self) }
}
