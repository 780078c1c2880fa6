import ConclaveArguments
import ConclaveCodec
import ConclaveCryptography
import ConclaveHTTP
import ConclaveLocalnet
import ConclavePeersCore
import ConclaveRuntime
import ConclaveSystem

/// `conclave peer`: one node, to try networks and other implementations with.
enum Peer: ToolCommand {
    struct Options: NodeOptions {
        var key, passphraseFile, namespace: String?
        var listen, http: SocketAddress?
        var httpReach = HTTPReach.loopback
        var peers: [NamedPeer] = []
        var bootstrap: [KnownPeer] = []
        var advertise: Ingress?
        var isDiscovery = false
        var wire = Wire.native
        var channel = 0
        var maxMessage = 1 << 20
        var profile = Profile.local
        var isEcho = false
        var send: Int?
        var size: Int?
        var to: PublicKey?
        var duration: Duration?
        var loops = 1
        var common = CommonOptions()
    }

    /// Bytes of each message that `--send` sends, unless told otherwise.
    static let sizeDefault = 1_024

    static let command = Command(
        "conclave peer", "runs one node, to try networks and other implementations with",
        forms: [
            "--key FILE --listen ADDR --namespace NAME --peer HEX@ADDR … [options]",
            "--key FILE --listen ADDR --namespace NAME --peer HEX … --discovery [options]",
        ],
        notes: [
            """
            --send starts when every --peer is connected and ends when all messages are sent. Without \
            --send the node runs until --for is over or Ctrl-C.
            """
        ],
        initial: Options(), arguments: identity, discovery, limits, work, Argument.common)

    private static let identity: [Argument<Options>] = [
        .option("--key", \.key, .file, "the key file of this node", .required),
        .option("--passphrase-file", \.passphraseFile, .file, "a file whose first line opens a sealed key"),
        .option("--listen", \.listen, .listenAddress, "where to listen; port 0 takes a free one", .required),
        .option(
            "--namespace", \.namespace, .text.named("NAME"),
            "the application's name, which all nodes of a network share", .required),
        .options("--peer", \.peers, .namedPeer, "a node that may connect, and where to dial it", .required),
    ]

    private static let discovery: [Argument<Options>] = [
        .flag(
            "--discovery", \.isDiscovery,
            "finds out where the peers are: --peer is HEX alone, and every node names all the others"),
        .options(
            "--bootstrap", \.bootstrap, .peer, "whom to ask first in discovery; it may connect, too"),
        .option(
            "--advertise", \.advertise, .ingress,
            "where others can dial this node in discovery; what --listen says if left out"),
    ]

    private static let limits: [Argument<Options>] = [
        .option(
            "--wire", \.wire, .choice("PROFILE"),
            "what is dialled in: native or commonware; both are answered"),
        .option("--channel", \.channel, .integer(0...Int(UInt32.max)), "the channel that messages use"),
        .option("--max-message", \.maxMessage, .size(1...(1 << 30)), "the largest message, both ways"),
        .option("--profile", \.profile, .profile, "limits and timers: local or production"),
        .option("--loops", \.loops, .integer(1...256), "threads that run the network"),
    ]

    private static let work: [Argument<Options>] = [
        .flag("--echo", \.isEcho, "sends each message back to its sender"),
        .option(
            "--send", \.send, .integer(1...Int(Int32.max)).named("COUNT"),
            "sends so many messages to each peer, then ends"),
        .option("--size", \.size, .size(1...(1 << 30)), "bytes of each message of --send; 1KiB if left out"),
        .option("--to", \.to, .publicKey, "sends to this --peer alone"),
        .option("--for", \.duration, .duration, "ends after this time"),
        .option("--http", \.http, .listenAddress, "shows the node over HTTP there"),
        .option(
            "--http-reach", \.httpReach, .choice("REACH"),
            "whence --http may be reached: loopback or anywhere"),
    ]

    static func run(_ options: Options, console: Console) throws(Failure) -> ExitCode {
        let plan = try PeerPlan(options)
        try Failure.converting { () throws(LocalnetFailure) in
            try Descriptors.require(64 + 4 * plan.peers.count, for: "a node of \(plan.peers.count) peers")
        }
        let output = LiveOutput(console)
        defer { output.finish() }
        return try NodeProgram.run("peer", loops: options.loops, common: options.common) {
            context, signals throws(Failure) in
            try await Failure.awaiting { () async throws(LocalnetFailure) in
                try await run(plan, options, context, signals, output)
            }
        }
    }

    private static func run(
        _ plan: PeerPlan, _ options: Options, _ context: Context, _ signals: Mailbox<Signal>,
        _ output: LiveOutput
    ) async throws(LocalnetFailure) -> ExitCode {
        let isJSON = options.common.isJSON
        let node = try PeerNode(plan, context: context, isCongested: { output.isCongested }) { events in
            // One write for all that came together.
            output.console.result(events.map { isJSON ? $0.json.text : $0.text }.joined(separator: "\n"))
        }
        context.spawn("signals") { _ in
            while let signal = await signals.next() {
                if signal != .hangUp { node.end(.asked) }
            }
        }
        if let duration = plan.duration {
            context.spawn("end") { context in
                try await context.sleep(for: duration)
                node.end(.timeUp)
            }
        }
        return try await node.run() ? .success : .goalMissed
    }
}
