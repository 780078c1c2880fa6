import ConclaveArguments
import ConclavePeersCore
import ConclavePrimitives

/// What a benchmark is asked to do. The hidden words are for the processes that a benchmark starts.
struct BenchOptions: Sendable {
    /// The part of a benchmark that a process plays.
    enum Role: String, CaseIterable, Sendable {
        /// Starts the others and prints the medians.
        case coordinator
        /// Has every node in it, and measures.
        case alone
        /// Listens, and measures or echoes.
        case listener
        /// Connects, and sends.
        case dialer
        /// Connects too, and sends more than it may: a process that the dialer starts.
        case flooder
    }

    var size = 64
    var nodes = 10
    var duration = Duration.seconds(1)
    var rounds = 5
    var loops = 1
    var wire = Wire.native
    var isSpinning = false
    var isOnOneCore = false
    var isJSON = false
    var peers: String?
    var role = Role.coordinator
    var port = 0

    static let command = Command(
        "conclave-bench", "measures over real sockets; prints the median of several rounds",
        forms: ["NAME [options]"],
        notes: [
            "NAME is one of \(BenchProgram.names.joined(separator: ", ")).",
            "throughput, pingpong, handshake, junk, fairness and preemption run a listener and its dialers in"
                + " processes of their own on the loopback interface, memory a hub and its peers; broadcast,"
                + " mesh and compression run all nodes in one process, over the same sockets. What differs"
                + " from the local profile is printed on standard error.",
            "all runs what has a target and prints the target beside it: 0 if all are met, else 1. growth"
                + " shows how cost grows with nodes and links.",
        ],
        initial: BenchOptions(),
        arguments: [
            .option("--size", \.size, .size(0...(16 << 20)), "bytes of a message"),
            .option(
                "--nodes", \.nodes, .integer(2...1_000),
                "nodes of a mesh, links of the hub, validators that discover each other"),
            .option("--seconds", \.duration, .seconds, "length of a round"),
            .option("--rounds", \.rounds, .integer(1...101), "rounds; the median counts"),
            .option("--loops", \.loops, .integer(1...64), "event loops of each process"),
            .option("--wire", \.wire, .choice("PROFILE"), "wire profile: native or commonware"),
            .flag("--spin", \.isSpinning, "loops look for work for 30 µs before they sleep"),
            .flag("--one-core", \.isOnOneCore, "all processes share one processor, the comparisons too"),
            .flag("--json", \.isJSON, "prints JSON lines"),
            .option(
                "--peers", \.peers, .folder,
                "a folder with the comparison programs ceiling and zmqbench, run in turn with each round"),
            .option("--role", \.role, .choice("ROLE"), "the part this process plays; set by the coordinator"),
            .option("--port", \.port, .integer(0...65_535), "the listener's port; set by the coordinator"),
        ])

    /// The same, with messages of so many bytes.
    func sized(_ bytes: Int) -> BenchOptions {
        var options = self
        options.size = bytes
        return options
    }

    /// The command line of another process of the same benchmark.
    func arguments(as role: Role, port: Int) -> [String] {
        var words = ["--size", "\(size)", "--nodes", "\(nodes)", "--seconds", "\(duration.inSeconds)"]
        words += [
            "--loops", "\(loops)", "--wire", wire.rawValue, "--role", role.rawValue, "--port", "\(port)",
        ]
        if isSpinning { words.append("--spin") }
        return words
    }
}

extension ValueKind where Value == Duration {
    /// A number of seconds, up to an hour.
    fileprivate static var seconds: ValueKind {
        let expected = "a number of seconds from 0.1 to 3600"
        return ValueKind("S", expected: expected, show: { "\($0.inSeconds)" }) { word in
            Double(word).flatMap { (0.1...3_600).contains($0) ? .milliseconds(Int64($0 * 1_000)) : nil }
        }
    }
}
