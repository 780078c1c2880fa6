public import ConclaveCodec
import ConclavePrimitives
public import ConclaveRuntime
import ConclaveTelemetry

/// How a node's process ends against its will.
public enum Crash: String, Hashable, Sendable, CaseIterable {
    /// The process dies; its kernel ends the connections: in good order, or with a reset where something
    /// waited unread.
    case killed
    /// The machine is gone with all it knew: silence, and resets once it is back.
    case powerLost = "power lost"
}

/// One machine of the simulation, with a process that may crash and start again.
///
/// `@unchecked Sendable`: touched on the simulation's thread only.
public final class SimulatedNode: @unchecked Sendable {
    public let name: String
    /// Counts the nodes of a simulation from 0.
    public let number: Int
    public let ip: IPAddress
    /// The root context of the process that runs now, or ran last.
    public private(set) var context: Context
    public private(set) var isRunning = true
    /// How often the node has started.
    public private(set) var starts = 1

    let host: Host
    private let disk: SimulatedDisk
    private var storage: SimulatedStorage
    private let world: World
    private let clock: SimulatedClock
    private let loops: Int
    private(set) var executors: [SimulatedExecutor]

    init(
        _ name: String, number: Int, loops: Int, clock: SimulatedClock, disk: DiskConditions, host: Host,
        world: World
    ) {
        self.name = name
        self.number = number
        self.loops = loops
        self.clock = clock
        self.host = host
        self.disk = SimulatedDisk(of: name, number: number, conditions: disk, world: world)
        storage = SimulatedStorage(disk: self.disk)
        self.world = world
        ip = host.ip
        executors = Self.makeExecutors(name, start: 1, loops, clock, world)
        context = Self.makeContext(name, executors, clock, host, storage, world)
        world.note(.started(node: number))
    }

    // MARK: Life

    /// Starts the process again after a crash, in a new ``context`` that knows nothing of the one before.
    @discardableResult
    public func start() -> Context {
        precondition(!isRunning, "\(name) runs already")
        starts += 1
        isRunning = true
        executors = Self.makeExecutors(name, start: starts, loops, clock, world)
        storage = SimulatedStorage(disk: disk)
        context = Self.makeContext(name, executors, clock, host, storage, world)
        world.note(.started(node: number))
        host.powerOn()
        return context
    }

    /// Ends the process at once: none of its tasks does anything any more that another node could see.
    ///
    /// - Returns: tasks that did not end although they were cancelled; there should be none.
    @discardableResult
    public func crash(_ crash: Crash) -> Int {
        guard isRunning else { return 0 }
        world.note(.crashed(node: number, crash))
        isRunning = false
        host.crashed(crash)
        storage.crashed(crash)
        for executor in executors { executor.isGhost = true }  // I13
        context.cancel()
        world.bury(executors)
        return context.liveTasks
    }

    /// Sets the time of day forward, or back if `step` is negative.
    public func setClock(by step: Duration) {
        world.note(.note("\(name) sets its clock by \(step)"))
        clock.step(by: step)
    }

    /// Batches that its processes gave to the disk, whether they were synced or not.
    public var batches: Int { disk.batches }

    /// Lets the `count`-th write to the node's disk from now fail, 1 for the next, whichever store it goes
    /// to: the disk is full or broken, as the seed says. None if it is 0.
    public func failWrite(_ count: Int) {
        world.note(.note("\(name) will fail to write, \(count) writes from now"))
        disk.failWrite(count)
    }

    // MARK: What is left

    /// Tasks, alarms, streams, acceptors and stores of the process that have not ended. Nothing is left
    /// after a shutdown.
    public var remains: Remains {
        Remains(
            tasks: context.liveTasks, alarms: executors.reduce(0) { $0 + $1.alarms },
            streams: host.endpointCount, acceptors: host.acceptorCount, stores: storage.openStores)
    }

    /// The kinds of what waits for an alarm here, for a failure's report.
    public var alarmClients: [String] {
        executors.flatMap { world.agenda.clients(on: $0) }.map { "\(type(of: $0))" }.sorted()
    }

    /// What a process holds.
    public struct Remains: Hashable, Sendable {
        public let tasks: Int, alarms: Int, streams: Int, acceptors: Int, stores: Int

        public var isNothing: Bool {
            tasks == 0 && alarms == 0 && streams == 0 && acceptors == 0 && stores == 0
        }
    }

    /// The connections to `other` of which this node holds an end, by their numbers.
    public func connections(to other: SimulatedNode) -> [Int] {
        host.endpoints(towards: other.host).map(\.connection)
    }

    // MARK: Parts

    private static func makeExecutors(
        _ name: String, start: Int, _ loops: Int, _ clock: SimulatedClock, _ world: World
    ) -> [SimulatedExecutor] {
        let life = start == 1 ? "" : ", start \(start)"
        return (0..<loops).map { loop in
            world.makeExecutor(named: "\(name) loop \(loop)\(life)", loops: loops, clock: clock)
        }
    }

    private static func makeContext(
        _ name: String, _ executors: [SimulatedExecutor], _ clock: SimulatedClock, _ host: Host,
        _ storage: SimulatedStorage, _ world: World
    ) -> Context {
        Context(
            root: name, executors: executors, clock: clock, network: SimulatedNetwork(host: host),
            storage: storage, entropy: SimulatedEntropy(seed: world.drawSeed()), log: world.log,
            starter: SimulatedTaskStarter(), commons: world.commons)
    }
}
