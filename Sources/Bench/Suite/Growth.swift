import ConclaveArguments
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime

/// How cost grows: deliveries and processor time with the nodes of a mesh, on one loop and on two; memory
/// with the links of a hub.
enum Growth {
    static let name = "growth"

    private static let nodes = [2, 4, 10, 32, 100]
    private static let loops = [1, 2]
    private static let links = [10, 100, 1_000]

    private struct Point {
        let trial: Trial
        /// What was varied.
        let settings: [(key: String, value: Int)]
        let figures: [String]
    }

    static func run(_ options: BenchOptions, _ context: Context) async throws -> Int32 {
        let start = context.clock.now, meshes = meshPoints(options), hubs = hubPoints()
        let points = meshes + hubs
        let results = try await Suite(trials: points.map(\.trial), options: options, context: context).run()
        if options.isJSON {
            for (point, result) in zip(points, results) {
                BenchProgram.say(line(point, result, options).text)
            }
            let summary: JSONLine = [
                "benchmark": .string(name), "wire": .string(options.wire.rawValue),
                "rounds": .integer(options.rounds),
                "failed": .integer(results.count { $0.failure != nil }),
                "wallSeconds": .number(start.duration(to: context.clock.now).inSeconds, decimals: 1),
            ]
            BenchProgram.say(summary.text)
        } else {
            print(meshes, results.prefix(meshes.count))
            BenchProgram.say("")
            print(hubs, results.suffix(hubs.count))
        }
        return results.allSatisfy { $0.failure == nil } ? 0 : 1
    }

    private static func meshPoints(_ options: BenchOptions) -> [Point] {
        loops.flatMap { loops in
            nodes.map { nodes in
                Point(
                    trial: Trial("broadcast --nodes \(nodes) --size \(options.size) --loops \(loops)"),
                    settings: [("loops", loops), ("nodes", nodes), ("size", options.size)],
                    figures: ["deliveriesPerSecond", "microsecondsPerDelivery", "residentBytes"])
            }
        }
    }

    private static func hubPoints() -> [Point] {
        links.map { links in
            Point(
                trial: Trial("memory --nodes \(links)"), settings: [("links", links)],
                figures: [
                    "idleBytesPerPeer", "usedBytesPerPeer", "idleTrimmedBytesPerPeer",
                    "usedTrimmedBytesPerPeer",
                ])
        }
    }

    private static func line(_ point: Point, _ result: TrialResult, _ options: BenchOptions) -> JSONLine {
        var line: JSONLine = ["benchmark": .string(name), "wire": .string(options.wire.rawValue)]
        for (key, value) in point.settings { line.append(key, .integer(value)) }
        for key in point.figures {
            line.append(key, result.figure(key).map { .number($0, decimals: 2) } ?? .null)
        }
        return line
    }

    private static func print(_ points: [Point], _ results: some Sequence<TrialResult>) {
        guard let first = points.first else { return }
        var rows = [first.settings.map(\.key) + first.figures]
        for (point, result) in zip(points, results) {
            let figures = point.figures.map { result.figure($0).map(short) ?? result.failure ?? "nothing" }
            rows.append(point.settings.map { "\($0.value)" } + figures)
        }
        for line in TextTable.lines(rows) { BenchProgram.say(line) }
    }
}
