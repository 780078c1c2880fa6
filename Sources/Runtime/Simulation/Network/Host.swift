import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime

/// What one machine's kernel keeps for the network: who listens, and its ends of connections.
final class Host {
    let number: Int
    let ip: IPAddress
    let world: World
    let fabric: Fabric
    private(set) var hasPower = true
    /// What becomes of connections that arrive.
    var welcome = Welcome.open

    private var endpoints = SortedArray<Int, Endpoint>()
    private var acceptors = SortedArray<UInt16, SimulatedAcceptor>()
    /// When something arrives, and at which ends: the pieces of one moment together.
    @safe @exclusivity(unchecked)
    private var moments: [UInt64] = []
    @safe @exclusivity(unchecked)
    private var arrivals: [Arrival] = []
    /// Arrivals that were, to be used again.
    @safe @exclusivity(unchecked)
    private var vacant: [Arrival] = []
    private var nextPort: UInt16 = 32_768
    /// As many as usually arrive together.
    private static let arrivalsAtOnce = 16

    init(number: Int, ip: IPAddress, world: World, fabric: Fabric) {
        self.number = number
        self.ip = ip
        self.world = world
        self.fabric = fabric
    }

    var endpointCount: Int { endpoints.count }
    var acceptorCount: Int { acceptors.count }

    // MARK: Ports

    /// Listens on `port`, a free one if it is 0; nil if that is taken.
    func listen(on port: UInt16, executor: SimulatedExecutor) -> SimulatedAcceptor? {
        let taken = port == 0 ? freePort() : port
        guard acceptors[taken] == nil else { return nil }
        let acceptor = SimulatedAcceptor(
            address: SocketAddress(ip, port: taken), host: self, executor: executor)
        acceptors[taken] = acceptor
        return acceptor
    }

    func acceptor(on port: UInt16) -> SimulatedAcceptor? { acceptors[port] }

    func forget(_ acceptor: SimulatedAcceptor) {
        if acceptors[acceptor.address.port] === acceptor { acceptors[acceptor.address.port] = nil }
    }

    func freePort() -> UInt16 {
        repeat {
            nextPort = nextPort < .max ? nextPort + 1 : 32_768
        } while acceptors[nextPort] != nil
        return nextPort
    }

    // MARK: Arrivals

    /// Lets `endpoint` take in what arrives at `time` or a little later, together with all else that arrives
    /// here then.
    func expect(_ endpoint: Endpoint, at time: UInt64) {
        let grid = max(1, fabric.figures.coalescing)
        let moment = (time + grid - 1) / grid * grid
        if let place = moments.lastIndex(of: moment) { return arrivals[place].endpoints.append(endpoint) }
        let arrival = vacant.popLast() ?? Arrival(host: self)
        arrival.endpoints.append(endpoint)
        moments.append(moment)
        arrivals.append(arrival)
        world.set(arrival, after: moment > world.now ? moment - world.now : 0)
    }

    private func arrive(_ arrival: Arrival) {
        if let place = arrivals.firstIndex(where: { $0 === arrival }) {
            moments.remove(at: place)
            arrivals.remove(at: place)
        }
        for endpoint in arrival.endpoints { Prefetching.endpoint(endpoint) }
        for endpoint in arrival.endpoints { endpoint.arrive() }
        arrival.endpoints.removeAll(keepingCapacity: true)
        vacant.append(arrival)
    }

    private final class Arrival: Occurrence {
        private unowned let host: Host
        @safe @exclusivity(unchecked)
        var endpoints: [Endpoint] = []

        init(host: Host) {
            self.host = host
            endpoints.reserveCapacity(Host.arrivalsAtOnce)
        }

        func occur() { host.arrive(self) }
    }

    // MARK: Connections

    func add(_ endpoint: Endpoint) { endpoints[endpoint.key] = endpoint }
    func forget(_ endpoint: Endpoint) { endpoints[endpoint.key] = nil }

    /// The ends of connections between here and `other`.
    func endpoints(towards other: Host) -> [Endpoint] {
        endpoints.lazy.map { $0.value }.filter { $0.remoteAddress.ip == other.ip }
    }

    func crashed(_ crash: Crash) {
        switch crash {
        case .killed:
            for endpoint in endpoints.values { endpoint.close() }
        case .powerLost:
            hasPower = false
            updatePaths()
            for endpoint in endpoints.values { endpoint.vanish() }
        }
        for acceptor in acceptors.values { acceptor.shut() }
    }

    func powerOn() {
        guard !hasPower else { return }
        hasPower = true
        updatePaths()
    }

    private func updatePaths() {
        for path in fabric.paths(of: self) { path.update() }
    }

    func end() {
        for endpoint in endpoints.values { endpoint.vanish() }
        for acceptor in acceptors.values { acceptor.shut() }
        for path in fabric.paths(of: self) { path.end() }
        _ = exchange(&arrivals, with: [])
        _ = exchange(&vacant, with: [])
        moments = []
    }
}

/// What becomes of connections that arrive at a host.
public enum Welcome: Hashable, Sendable {
    case open
    /// They are refused, as if nobody listened.
    case refused
    /// They are accepted so much later.
    case slow(Duration)
}
