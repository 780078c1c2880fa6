import Conclave
import ConclavePrimitives
import ConclaveTestNodes
import ConclaveTransport

/// A node in a process of its own, and many peers that it accepts, none of which keeps to the rules.
final class Crowd {
    let sessions: [Session]
    private let process: ChildProcess

    struct NoNode: Error {}

    /// - Parameter deed: `hear` to read nothing, `echo` to answer with messages of the largest size.
    init(
        _ count: Int, budget: Int, maxMessageBytes: Int, channels: Int, deed: String, in context: Context
    ) async throws {
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
        let build = bundle.split(separator: "/").prefix { !$0.hasSuffix(".xctest") }
        let root = bundle.hasPrefix("/") ? "/" : ""
        let program = root + (build + ["ConclaveFloodedNode"]).joined(separator: "/")
        let words = [count, budget, maxMessageBytes, channels].map { "\($0)" } + [deed]
        process = try ChildProcess(
            .init(path: program, arguments: words), in: context, linesMax: 1 << 20)
        guard let port = await process.lines.next().flatMap({ UInt16($0) }) else { throw NoNode() }
        let node = try SigningKey(seed: [UInt8](repeating: 1, count: 32)).publicKey
        var sessions: [Session] = []
        for number in 0..<count {
            let insider = Insider(
                identity: HandshakeIdentity(key: try .attacker(number), namespace: try Namespace("TEST")),
                node: node, address: SocketAddress(.loopback, port: port), context: context)
            sessions.append(try await insider.session())
        }
        self.sessions = sessions
    }

    deinit {
        process.send(.kill)
    }

    /// The node's figures until they are as `condition` says, the last of them first.
    func figures(until condition: (Figures) -> Bool) async throws -> [Figures] {
        var seen: [Figures] = []
        while let line = await process.lines.next() {
            guard let figures = Figures(line) else { continue }
            seen.insert(figures, at: 0)
            if condition(figures) { return seen }
        }
        throw NoNode()
    }
}
