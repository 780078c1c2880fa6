import ConclaveRuntime
import ConclaveSystem
import Testing

/// The built `conclave` and the programs of `Tests/Interop` talk to each other. Whether Docs/Wire.md is
/// complete is seen from whether they understand each other.
@Suite(
    .enabled(if: SecondImplementation.shallTest, "there is no python3"), .timeLimit(.minutes(3))
) struct SecondImplementationTests {
    static let wires = ["native", "commonware"]

    /// Someone with a key in a folder.
    struct Party {
        let seed: String
        let file: String
        let key: String

        init(_ digit: String, in folder: Folder) {
            seed = String(repeating: digit, count: 64)
            file = folder.file(digit)
            let recording = Recording()
            _ = recording.run(["keygen", "--out", file, "--seed-hex", seed])
            key = recording.results.first ?? ""
        }

        /// A node that echoes, and the place where it listens.
        func node(_ words: [String], in context: Context, folder: Folder) async throws
            -> (running: Executable.Running, place: String)
        {
            let running = try Executable.Running(
                ["peer", "--key", file, "--listen", "127.0.0.1:0", "--namespace", "TEST", "--json", "--echo"]
                    + words, in: context, folder: folder)
            let ready = await running.line { $0.contains(#""event":"ready""#) }
            let address = ready?.split(separator: "\"").first { $0.hasPrefix("127.0.0.1:") } ?? ""
            return (running, String(address))
        }

        func connected(_ direction: String) -> String {
            #"{"event":"connected","peer":"\#(key)","direction":"\#(direction)"}"#
        }

        func disconnected(_ reason: String) -> String {
            #"{"event":"disconnected","peer":"\#(key)","reason":"\#(reason)"}"#
        }
    }

    /// Runs a program to its end, which must be what was asked; returns what it printed.
    func run(_ program: String, _ words: [String], _ context: Context, _ folder: Folder) async throws
        -> [String]
    {
        let running = try SecondImplementation.start(program, words, in: context, folder: folder)
        #expect(try await running.end() == .code(0), "\(contents(of: running.errors) ?? "")")
        return running.lines
    }

    /// What every program is told about the network, by this party.
    func words(_ wire: String, _ party: Party) -> [String] {
        ["--wire", wire, "--namespace", "TEST", "--seed", party.seed, "--patience", "40"]
    }

    @Test func `it understands itself, and makes the recorded bytes`() async throws {
        try await Executable.scene { context, folder in
            let said = try await run("client.py", ["--self-test"], context, folder)
            #expect(said == ["all is well"])
            for wire in Self.wires {
                let file = SecondImplementation.vectors + "/wire-\(wire).json"
                let said = try await run("client.py", ["--vectors", file], context, folder)
                // Nothing in the file is unknown to it.
                #expect(said.count == 1 && said.first?.hasSuffix(" cases agree") == true)
            }
        }
    }

    @Test(arguments: wires) func `in lookup a node sends back to it what it sent`(wire: String) async throws {
        try await Executable.scene { context, folder in
            let client = Party("c", in: folder), party = Party("a", in: folder)
            let node = try await party.node(
                ["--peer", client.key + "@127.0.0.1:9"], in: context, folder: folder)
            let said = try await run(
                "client.py",
                words(wire, client) + [
                    "--address", node.place, "--node-key", party.key, "--send", "hello", "--count", "16",
                ], context, folder)
            #expect(said.last?.contains("echoes: 16") == true)
            node.running.send(.interrupt)
            #expect(try await node.running.end() == .code(0))
            #expect(node.running.lines.count { $0.contains(#""event":"message""#) } == 16)
        }
    }

    @Test(arguments: wires)
    func `a node in discovery ends the link at each lie, and dials where it is told the truth`(wire: String)
        async throws
    {
        try await Executable.scene { context, folder in
            let client = Party("c", in: folder), party = Party("a", in: folder),
                third = Party("b", in: folder)
            let node = try await party.node(
                ["--discovery", "--wire", wire, "--peer", client.key, "--peer", third.key],
                in: context, folder: folder)
            let said = try await run(
                "trial.py",
                words(wire, client) + [
                    "--node", "\(party.key)@\(node.place)", "--third-seed", third.seed,
                ], context, folder)
            #expect(said.contains("ended: a record whose signature does not verify"))
            #expect(said.last == "dialled: where a third peer is")
            node.running.send(.interrupt)
            #expect(try await node.running.end() == .code(0))
            #expect(node.running.lines.contains(client.disconnected("protocol_error")))
            let ofThird = node.running.lines.filter { $0.contains(third.key) && $0.contains("connected") }
            #expect(ofThird.first == third.connected("dialed"))
        }
    }

    @Test(arguments: wires)
    func `two nodes that know nobody find each other through it, and it finds one through the other`(
        wire: String
    ) async throws {
        try await Executable.scene { context, folder in
            let client = Party("c", in: folder), first = Party("a", in: folder),
                second = Party("b", in: folder)
            let discovery = ["--discovery", "--wire", wire, "--peer", client.key, "--peer"]
            let dialer = try await first.node(discovery + [second.key], in: context, folder: folder)
            let dialed = try await second.node(discovery + [first.key], in: context, folder: folder)
            let places = [
                "--node", "\(first.key)@\(dialer.place)", "--node", "\(second.key)@\(dialed.place)",
            ]
            _ = try await run(
                "discover.py", words(wire, client) + places + ["--tell", first.key], context, folder)
            #expect(await dialer.running.line { $0 == second.connected("dialed") } != nil)
            #expect(await dialed.running.line { $0 == first.connected("accepted") } != nil)

            let said = try await run(
                "discover.py", words(wire, client) + places.prefix(2) + ["--peer", second.key], context,
                folder)
            let told = "\(first.key.prefix(8)) tells that \(second.key.prefix(8)) is at \(dialed.place)"
            #expect(said.contains(told))
            for node in [dialer.running, dialed.running] {
                node.send(.interrupt)
                #expect(try await node.end() == .code(0))
                #expect(!node.lines.contains(client.disconnected("protocol_error")))
            }
        }
    }
}
