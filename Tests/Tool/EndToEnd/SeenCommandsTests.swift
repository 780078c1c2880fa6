import ConclaveLocalnet
import ConclaveRuntime
import ConclaveSystem
import Testing

/// What tells of a running localnet. One at a time: each takes processes and ports.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SeenCommandsTests {
    /// A localnet whose validators are all connected, and where the first is seen.
    struct Net {
        let running: Executable.Running
        let folder: Folder
        let context: Context
        var http: String {
            let ready = running.lines.first { $0.contains(#""event":"ready","validator":0"#) } ?? ""
            let words = ready.split(separator: "\"").filter { $0.hasPrefix("127.0.0.1:") }
            // Its own address, where it is seen, where its chain is asked.
            return words.dropFirst().first.map(String.init) ?? ""
        }

        init(_ context: Context, _ folder: Folder) async throws {
            self.context = context
            self.folder = folder
            running = try Executable.Running(
                ["localnet", "--data", folder.file("net"), "--json"], in: context, folder: folder)
            var missing = 12
            _ = await running.line { line in
                if line.contains(#""event":"connected""#) { missing -= 1 }
                return missing == 0
            }
        }

        /// Runs a command to its end.
        func run(_ words: String...) async throws -> (exit: ChildProcess.Exit, program: Executable.Running) {
            let program = try Executable.Running(words, in: context, folder: folder)
            return (try await program.end(), program)
        }

        /// Ends it; whether nobody was ever cut off.
        func end() async throws -> Bool {
            running.send(.interrupt)
            let isGood = try await running.end() == .code(0)
            return isGood && !running.lines.contains { $0.contains(#""event":"disconnected""#) }
        }
    }

    func clear(_ folder: Folder) {
        let inner = Folder(at: folder.file("net"))
        withExtendedLifetime(inner) {}
    }

    @Test func `status and peers read a running validator, and say when there is none`() async throws {
        try await Executable.scene { context, folder in
            defer { self.clear(folder) }
            let net = try await Net(context, folder)
            // What is shown may be half a second old, and on a busy machine a chain stands still for a while.
            func isWell(_ line: String?) -> Bool {
                guard let line else { return false }
                return line.hasPrefix(#"{"healthy":true,"reasons":[],"#) && line.contains(#""connected":3"#)
            }
            var status = try await net.run("status", "--http", net.http, "--json")
            while !isWell(status.program.lines.last), status.exit == .code(0) {
                status = try await net.run("status", "--http", net.http, "--json")
            }
            #expect(status.exit == .code(0))
            let peers = try await net.run("peers", "--http", net.http)
            #expect(peers.exit == .code(0))
            #expect(peers.program.lines.count == 4)
            let connected = peers.program.lines.filter {
                $0.firstMatch(of: /…  connected  [→←]127\.0\.0\.1:/) != nil
            }
            #expect(connected.count == 3)
            let http = net.http
            #expect(try await net.end())
            let gone = try await net.run("status", "--http", http)
            #expect(gone.exit == .code(69))
            let complaint = contents(of: gone.program.errors) ?? ""
            #expect(complaint.hasPrefix("conclave: no node can be read at \(http): "), "\(complaint)")
        }
    }

    @Test func `the doctor finds a validator that is gone and one with another key, and cuts nobody off`()
        async throws
    {
        try await Executable.scene { context, folder in
            defer { self.clear(folder) }
            let net = try await Net(context, folder)
            let path = folder.file("net/genesis.json")
            let key = folder.file("net/validator-0.key")
            let well = try await net.run("doctor", "--genesis", path, "--key", key, "--json")
            #expect(well.exit == .code(0))
            #expect(well.program.lines.last == #"{"validators":4,"reached":3,"problems":0}"#)

            let genesis = try Genesis(file: path)
            let bad = try #require(contents(of: path))
                .replacing("\(genesis.validators[2].publicKey)", with: KeygenTests.publicKey)
                .replacing("\(genesis.validators[3].address)", with: "127.0.0.1:1")
            let file = folder.write(bad, "bad")
            let ill = try await net.run("doctor", "--genesis", file, "--key", key, "--json")
            #expect(ill.exit == .code(1))
            let results = ill.program.lines.compactMap { line in
                line.firstMatch(of: /"result":"([a-z_]+)"/).map { String($0.output.1) }
            }
            #expect(results == ["ok", "ok", "wrong_key", "unreachable"], "\(ill.program.lines)")
            #expect(ill.program.lines.last == #"{"validators":4,"reached":1,"problems":2}"#)
            #expect(try await net.end())
        }
    }
}
