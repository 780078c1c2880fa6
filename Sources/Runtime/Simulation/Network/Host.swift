import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime

/// What one machine's kernel keeps for the network: who listens, and its ends of connections.
final class Host {
    /// Arrivals between the word that one comes and its turn.
    private static let distance = 8

    let number: Int
    let ip: IPAddress
    let world: World
    let fabric: Fabric
    private(set) var hasPower = true
    /// What becomes of connections that arrive.
    var welcome = Welcome.open

    private var endpoints = SortedArray<Int, Endpoint>()
    private var acceptors = SortedArray<UInt16, SimulatedAcceptor>()
    /// The ends at which something arrives now.
    @safe @exclusivity(unchecked)
    private var due: [Moment.Arrival] = []
    private var nextPort: UInt16 = 32_768

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

    /// Something arrives here now. Says whether it is the first.
    @inline(__always)
    func add(_ arrival: Moment.Arrival) -> Bool {
        due.append(arrival)
        return due.count == 1
    }

    /// Loads ahead what is touched first of what arrives now.
    func loadAhead() {
        for arrival in due.prefix(Self.distance) { arrival.memory.load(LinkMemory.endpointLines) }
    }

    /// All that arrives now is taken in.
    func takeIn() {
        let arrivals = exchange(&due, with: [])
        for place in arrivals.indices {
            let ahead = place + Self.distance
            if ahead < arrivals.count { arrivals[ahead].memory.load(LinkMemory.endpointLines) }
            arrivals[place].arrive()
        }
        guard due.isEmpty else { return }
        due = arrivals
        due.removeAll(keepingCapacity: true)
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
        for arrival in exchange(&due, with: []) { arrival.drop() }
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
