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
}
