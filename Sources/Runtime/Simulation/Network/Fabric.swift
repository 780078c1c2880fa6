import CConclaveMemory
import ConclaveCodec
import ConclavePrimitives

/// All hosts and what lies between them.
@safe
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

    /// What arrives soon, by the time: of those that share a place the newest. A moment is on the agenda, or
    /// it is vacant.
    @safe @exclusivity(unchecked)
    private var soon: [Unmanaged<Moment>?] = unsafe Array(repeating: nil, count: Fabric.momentsMax)
    /// Moments that were, to be used again.
    @safe @exclusivity(unchecked)
    private var vacant: [Moment] = []
    /// Hosts at which something arrives now, the next one last.
    @safe @exclusivity(unchecked)
    private var reached: [Int] = []
    /// Whether the next of them has its turn as soon as nothing is ready.
    @safe @exclusivity(unchecked)
    private(set) var isLanding = false
    /// A power of two.
    private static let momentsMax = 64

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

    // MARK: Arrivals

    /// Lets `endpoint` take in what arrives at `time` or a little later, together with all else that arrives
    /// then.
    func expect(_ endpoint: Endpoint, at time: UInt64) {
        let grid = max(1, figures.coalescing)
        let (number, rest) = time.quotientAndRemainder(dividingBy: grid)
        let tick = rest == 0 ? number : number + 1
        let place = Int(truncatingIfNeeded: tick) & (Self.momentsMax - 1)
        if let moment = unsafe soon[place],
            unsafe moment._withUnsafeGuaranteedRef({ $0.add(endpoint, at: tick * grid) })
        {
            return
        }
        let moment = vacant.popLast() ?? Moment(self)
        moment.time = tick * grid
        moment.add(endpoint)
        unsafe soon[place] = .passUnretained(moment)
        let world = endpoint.host.world
        world.set(moment, after: moment.time > world.now ? moment.time - world.now : 0)
    }

    /// Everything of this moment arrives, at one host after the other, in an order out of the seed: each
    /// works off what came to it while the caches hold it.
    func arrive(_ moment: Moment) {
        moment.time = .max
        moment.takeAll { arrival in
            if let number = arrival.bring() { reached.append(number) }
        }
        vacant.append(moment)
        for place in reached.indices {
            reached.swapAt(place, place + random.below(reached.count - place))
        }
        land()
    }

    /// The next host takes in what has come to it; the one after it has its turn when that is worked off.
    func land() {
        isLanding = false
        guard let number = reached.popLast() else { return }
        if let next = reached.last {
            hosts[next].loadAhead()
            landNext(hosts[next].world)
        }
        // The list keeps it alive, so nobody has to count it.
        unsafe Unmanaged.passUnretained(hosts[number])._withUnsafeGuaranteedRef { $0.takeIn() }
    }

    /// The next one has its turn after what is due already. Mostly nothing is, and then nothing needs to be
    /// written into the agenda and found there again.
    private func landNext(_ world: World) {
        if world.isAnythingDue {
            world.set(Occasion { [unowned self] in land() }, after: 0)
        } else {
            isLanding = true
        }
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
        unsafe soon = Array(repeating: nil, count: Self.momentsMax)
        vacant = []
        reached = []
        isLanding = false
    }
}
