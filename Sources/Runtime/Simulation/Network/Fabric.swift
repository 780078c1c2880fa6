import CConclaveMemory
import ConclaveCodec
import ConclavePrimitives

/// All hosts and what lies between them.
final class Fabric {
    private struct Way: Hashable {
        let from: Int, to: Int
    }

    let conditions: NetworkConditions
    let figures: NetworkConditions.Figures
    private(set) var hosts: [Host] = []
    /// What names stand for now.
    var names: [HostName: [IPAddress]] = [:]
    @safe @exclusivity(unchecked)
    var random: SplitMix64
    /// Whether a way was ever closed or a connection forgotten: until then nobody asks about each.
    private(set) var hasTrouble = false

    private let seed: UInt64
    private var places: [IPAddress: Int] = [:]
    private var paths: [Way: Path] = [:]
    private var connections = 0

    init(_ conditions: NetworkConditions, seed: UInt64) {
        self.conditions = conditions
        figures = conditions.figures
        self.seed = seed
        random = SplitMix64(seed: seed)
    }

    func addHost(world: World) -> Host {
        let number = hosts.count
        precondition(number < 1 << 16, "a simulation has at most 65,536 hosts")
        // Subnets of their own, as validators in different places have.
        let host = Host(
            number: number, ip: IPAddress(v4: 10, UInt8(number >> 8), UInt8(number & 0xFF), 1), world: world,
            fabric: self)
        hosts.append(host)
        places[host.ip] = number
        return host
    }

    func host(at ip: IPAddress) -> Host? {
        places[ip].map { hosts[$0] }
    }

    /// Made when first used; what it is like depends on the seed and the two hosts alone.
    func path(from: Host, to: Host) -> Path {
        let way = Way(from: from.number, to: to.number)
        if let path = paths[way] { return path }
        let path = Path(
            from: from, to: to, fabric: self,
            seed: seed ^ UInt64(from.number) << 20 ^ UInt64(to.number) << 40)
        path.update()
        paths[way] = path
        return path
    }

    /// The ways that exist to and from `host`, in the order of the hosts.
    func paths(of host: Host) -> [Path] {
        hosts.flatMap { other in
            [Way(from: host.number, to: other.number), Way(from: other.number, to: host.number)]
        }.compactMap { paths[$0] }
    }

    func troubleBegins() { hasTrouble = true }

    func nextConnection() -> Int {
        connections += 1
        // Thousands of connections with a link at each end are what makes the heap large.
        if connections % 16 == 0 { conclave_ask_for_large_pages() }
        return connections
    }

    func end() {
        for host in hosts { host.end() }
        hosts = []
        paths = [:]
    }
}
