import ConclaveArguments
import ConclaveCodec
import ConclaveHTTP
import ConclaveRuntime

/// What `conclave status` and `conclave peers` accept.
struct SeenOptions: NodeOptions {
    var http: Ingress?
    var common = CommonOptions()

    static let arguments: [Argument<SeenOptions>] = [
        .option("--http", \.http, .ingress, "where the node shows itself", .required)
    ]
}

/// `conclave status`: how a running node is.
enum StatusCommand: ToolCommand {
    static let command = Command(
        "conclave status", "shows how a running node is", forms: ["--http ADDR [--json]"],
        notes: ["The node must run with --http ADDR. Exits with 0 if the node could be read, well or not."],
        initial: SeenOptions(), arguments: SeenOptions.arguments, Argument.common)

    static func run(_ options: SeenOptions, console: Console) throws(Failure) -> ExitCode {
        try NodeSight.reading(options) { sight in
            console.result(options.common.isJSON ? sight.json.text : sight.text)
        }
    }
}

/// `conclave peers`: whom a running node is connected to.
enum PeersCommand: ToolCommand {
    static let command = Command(
        "conclave peers", "shows the peers of a running node", forms: ["--http ADDR [--json]"],
        notes: ["The node must run with --http ADDR."],
        initial: SeenOptions(), arguments: SeenOptions.arguments, Argument.common)

    static func run(_ options: SeenOptions, console: Console) throws(Failure) -> ExitCode {
        try NodeSight.reading(options) { sight in
            guard options.common.isJSON else {
                return console.result(PeersTable.lines(sight.peers).joined(separator: "\n"))
            }
            for peer in sight.peers { console.result(PeersTable.json(peer).text) }
            console.result(PeersTable.summary(sight).text)
        }
    }
}

extension NodeSight {
    /// Reads a node and gives what was read to `show`.
    static func reading(
        _ options: SeenOptions, _ show: @escaping @Sendable (NodeSight) -> Void
    ) throws(Failure) -> ExitCode {
        guard let address = options.http else {
            throw Failure(.internalError, "an option that must be there is not")
        }
        return try NodeProgram.run("reader", loops: 1, common: options.common) {
            context, signals throws(Failure) in
            show(try await read(NodeReader(address: address, context: context)))
            return .success
        }
    }

    private static func read(_ node: NodeReader) async throws(Failure) -> NodeSight {
        let version: Version = try value(of: try await node.read(.version).body, at: node)
        let health: Health = try value(of: try await node.read(.health).body, at: node)
        let peers = try await node.read(.peers)
        // A node that cannot say who its peers are says why in its health.
        guard peers.status == 200 else { return NodeSight(version: version, health: health, peers: []) }
        let metrics = try await node.read(.metrics)
        let figures =
            metrics.status == 200
            ? NodeFigures(page: String(decoding: metrics.body, as: UTF8.self)) : NodeFigures()
        return NodeSight(
            version: version, health: health, peers: try value(of: peers.body, at: node), figures: figures)
    }

    private static func value<Value: Decodable>(
        of body: [UInt8], at node: NodeReader
    ) throws(Failure) -> Value {
        guard let value = value(of: body, as: Value.self) else {
            throw Failure(.unavailable, "what answers at \(node.address) is no Conclave node")
        }
        return value
    }
}
