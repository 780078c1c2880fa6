import Conclave
import ConclavePrimitives
import ConclaveRuntime

/// How long nodes of one process take from the start of the first until each is connected to each, and what
/// a link costs them.
enum MeshForming: MeshBenchmark {
    static let name = "mesh"
    static let settings: [Setting] = [.nodes, .loops]
    static let figures = ["secondsToFull", "microsecondsPerLink", "residentBytes", "dials", "links"]

    static func measure(_ options: BenchOptions, _ context: Context) async throws -> Figures {
        let before = Resources.processorSeconds
        let mesh = try await BenchMesh(options, channel: ChannelOptions(), context: context)
        let processor = Resources.processorSeconds - before, resident = Resources.residentBytes
        var dials: UInt64 = 0, links = 0
        for node in mesh.nodes {
            let snapshot = await node.network.snapshot()
            dials += snapshot.dials.reduce(0) { $0 + $1.count }
            links += snapshot.links.count
        }
        await mesh.shutdown()
        return Figures([
            "secondsToFull": mesh.formed.inSeconds,
            "microsecondsPerLink": processor / Double(max(links / 2, 1)) * 1e6,
            "residentBytes": Double(resident), "dials": Double(dials), "links": Double(links / 2),
        ])
    }
}
