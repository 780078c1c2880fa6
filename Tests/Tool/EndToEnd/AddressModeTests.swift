import ConclaveCodec
import ConclaveLocalnet
import ConclaveRuntime
import ConclaveSystem
import Testing

/// Validators whose addresses the genesis does not know.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AddressModeTests {
    /// Ports that nobody listens on; taken together, so that no two are the same.
    static func freePorts(_ count: Int, _ context: Context) throws -> [UInt16] {
        let acceptors = try (0..<count).map { _ in
            try context.network.listen(on: SocketAddress(.loopback, port: 0), executor: context.executor)
        }
        defer { for acceptor in acceptors { acceptor.close() } }
        return acceptors.map(\.address.port)
    }

    @Test func `validators find each other through one of them, and keep what they found`() async throws {
        try await Executable.scene { context, folder in
            let ports = try Self.freePorts(3, context)
            var calls: UInt8 = 0
            let genesis = try DataFolder.open(folder.path).make(ports: ports) { count in
                calls += 1
                return Array(repeating: calls, count: count)
            }
            let wrong = ports[1...].enumerated().reduce(folder.read("genesis.json")) { text, port in
                text.replacing("127.0.0.1:\(port.element)", with: "nowhere.invalid:\(port.offset + 1)")
            }
            _ = folder.write(wrong, "wrong.json")
            let first = "\(genesis.validators[0].publicKey)@127.0.0.1:\(ports[0])"
            let nodes = try ports.enumerated().map { index, port in
                let settings = """
                    {"key":"validator-\(index).key","genesis":"wrong.json","listen":"127.0.0.1:\(port)",\
                    "mode":"discovery","bootstrappers":"\(index == 0 ? "none" : first)",\
                    "advertise":"127.0.0.1:\(port)","peerStore":"kept-\(index)","store":"store-\(index)"}
                    """
                let file = folder.write(settings, "settings-\(index)")
                return try Executable.Running(
                    ["validator", "--config", file, "--json"], in: context, folder: folder)
            }
            for node in nodes {
                var missing = 2
                let last = await node.line { line in
                    if line.contains(#""event":"connected""#) { missing -= 1 }
                    return missing == 0
                }
                #expect(last != nil, "\(contents(of: node.errors) ?? "")")
            }
            for node in nodes {
                node.send(.interrupt)
                #expect(try await node.end() == .code(0))
            }
            for index in ports.indices {
                let kept = Folder(at: folder.file("kept-\(index)"))
                #expect(kept.names.contains("peers.sqlite"))
            }
        }
    }

    /// Writes what the validator at `index` runs with, and where its peer is.
    func write(_ index: Int, listening port: UInt16, peers: String, in folder: Folder) -> String {
        let settings = """
            {"key":"validator-\(index).key","genesis":"genesis.json","store":"store-\(index)",\
            "listen":"127.0.0.1:\(port)","peers":"\(peers)"}
            """
        return folder.write(settings, "settings-\(index)")
    }

    @Test func `a validator dials a peer where its settings say, once it is told to read them again`()
        async throws
    {
        try await Executable.scene { context, folder in
            let ports = try Self.freePorts(4, context)
            var calls: UInt8 = 0
            // The genesis names ports that nobody listens on.
            let genesis = try DataFolder.open(folder.path).make(ports: Array(ports[..<2])) { count in
                calls += 1
                return Array(repeating: calls, count: count)
            }
            let settings = self.write(0, listening: ports[2], peers: "none", in: folder)
            let dialer = try Executable.Running(
                ["validator", "--config", settings, "--json"], in: context, folder: folder)
            let settingsOfPeer = self.write(1, listening: ports[3], peers: "none", in: folder)
            let peer = try Executable.Running(
                ["validator", "--config", settingsOfPeer, "--json"], in: context, folder: folder)
            for node in [dialer, peer] { _ = await node.line { $0.contains(#""event":"ready""#) } }
            let place = "\(genesis.validators[1].publicKey)@127.0.0.1:\(ports[3])"
            _ = self.write(0, listening: ports[2], peers: place, in: folder)
            dialer.send(.hangUp)
            #expect(await dialer.line { $0.contains(#""event":"connected""#) } != nil)
            for node in [dialer, peer] {
                node.send(.interrupt)
                #expect(try await node.end() == .code(0))
            }
        }
    }
}
