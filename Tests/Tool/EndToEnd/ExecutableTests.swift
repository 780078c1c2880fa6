import ConclaveLocalnet
import ConclaveRuntime
import ConclaveSystem
import ConclaveTool
import Glibc
import Testing

/// One at a time: each takes processes and ports.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ExecutableTests {
    @Test func `keygen prints the key alone, and says in one line why it does not`() async throws {
        try await Executable.scene { context, folder in
            let words = ["keygen", "--out", folder.file("k"), "--seed-hex", KeygenTests.seed]
            let first = try Executable.Running(words, in: context, folder: folder)
            #expect(try await first.end() == .code(0))
            #expect(first.lines == [KeygenTests.publicKey])
            let second = try Executable.Running(words, in: context, folder: folder)
            #expect(try await second.end() == .code(73))
            #expect(second.lines == [])
            let complaint = contents(of: second.errors)?.split(separator: "\n") ?? []
            #expect(complaint.count == 1 && complaint.first?.hasPrefix("conclave: '") == true)
        }
    }

    @Test func `a key file that cannot be written to its end is not there at all`() async throws {
        try await Executable.scene { context, folder in
            // No file may grow beyond nothing: the first byte fails to be written.
            let script = #"ulimit -f 0; trap '' XFSZ; exec "$1" keygen --out "$2/k" 2>/dev/null"#
            let process = try ChildProcess(
                .init(path: "/bin/bash", arguments: ["-c", script, "keygen", Executable.path, folder.path]),
                in: context)
            #expect(try await process.exit() == .code(73))
            #expect(folder.names == [])
        }
    }

    /// Two keys, and a `peer` command line for each.
    struct Pair {
        let keys: [String]
        let folder: Folder

        init(_ folder: Folder) {
            self.folder = folder
            keys = ["a", "b"].map { name in
                let recording = Recording()
                _ = recording.run(["keygen", "--out", folder.file(name)])
                return recording.results.first ?? ""
            }
        }

        func words(_ index: Int, listen: String = "127.0.0.1:0", peer address: String, _ more: String...)
            -> [String]
        {
            [
                "peer", "--key", folder.file(["a", "b"][index]), "--listen", listen, "--namespace", "TEST",
                "--json",
                "--peer", "\(keys[1 - index])@\(address)",
            ] + more
        }
    }

    /// The address in the first line of a peer that is ready.
    func address(_ line: String?) -> String {
        line?.split(separator: "\"").first { $0.hasPrefix("127.0.0.1:") }.map(String.init) ?? ""
    }

    @Test func `two peers exchange messages over the wire, and both end with what they counted`() async throws
    {
        try await Executable.scene { context, folder in
            let pair = Pair(folder)
            let echo = try Executable.Running(
                pair.words(0, peer: "127.0.0.1:1", "--echo"), in: context, folder: folder)
            let address = self.address(await echo.line { $0.contains(#""event":"ready""#) })
            let sending = try Executable.Running(
                pair.words(1, peer: address, "--send", "50", "--size", "3KiB"), in: context, folder: folder)
            #expect(try await sending.end() == .code(0))
            #expect(
                sending.lines.last?.hasPrefix(#"{"sent":50,"received":50,"undelivered":0,"connected":1,"#)
                    == true)
            let message = #"{"event":"message","from":"\#(pair.keys[0])","channel":0,"bytes":3072}"#
            #expect(sending.lines.count { $0 == message } == 50)

            echo.send(.interrupt)
            #expect(try await echo.end() == .code(0))
            #expect(
                echo.lines.last?.hasPrefix(#"{"sent":50,"received":50,"undelivered":0,"connected":0,"#)
                    == true)
            #expect(echo.lines.contains { $0.hasPrefix(#"{"event":"connected","peer":"\#(pair.keys[1])""#) })
            #expect(
                echo.lines.contains { $0.hasPrefix(#"{"event":"disconnected","peer":"\#(pair.keys[1])""#) })
            #expect(contents(of: echo.errors) == "")
        }
    }

    @Test func `three nodes that know one bootstrapper become a mesh and talk`() async throws {
        try await Executable.scene { context, folder in
            let keys = ["a", "b", "c"].map { name in
                let recording = Recording()
                _ = recording.run(["keygen", "--out", folder.file(name)])
                return recording.results.first ?? ""
            }
            func words(_ index: Int, _ more: [String]) -> [String] {
                let others = keys.indices.filter { $0 != index }.flatMap { ["--peer", keys[$0]] }
                return [
                    "peer", "--key", folder.file(["a", "b", "c"][index]), "--listen", "127.0.0.1:0",
                    "--namespace", "TEST", "--json", "--discovery",
                ] + others + more
            }
            let first = try Executable.Running(words(0, ["--echo"]), in: context, folder: folder)
            let address = self.address(await first.line { $0.contains(#""event":"ready""#) })
            let bootstrap = ["--bootstrap", "\(keys[0])@\(address)"]
            let echo = try Executable.Running(words(1, bootstrap + ["--echo"]), in: context, folder: folder)
            let sending = try Executable.Running(
                words(2, bootstrap + ["--send", "20", "--size", "1KiB"]), in: context, folder: folder)
            #expect(try await sending.end() == .code(0))
            #expect(
                sending.lines.last?.hasPrefix(#"{"sent":40,"received":40,"undelivered":0,"connected":2,"#)
                    == true)
            for node in [first, echo] {
                node.send(.interrupt)
                #expect(try await node.end() == .code(0))
                #expect(contents(of: node.errors) == "")
            }
        }
    }

    @Test func `a stranger is refused`() async throws {
        try await Executable.scene { context, folder in
            let pair = Pair(folder)
            let echo = try Executable.Running(
                pair.words(0, peer: "127.0.0.1:1", "--echo"), in: context, folder: folder)
            let address = self.address(await echo.line { $0.contains(#""event":"ready""#) })
            let recording = Recording()
            _ = recording.run(["keygen", "--out", folder.file("stranger")])
            let stranger = try Executable.Running(
                [
                    "peer", "--key", folder.file("stranger"), "--listen", "127.0.0.1:0", "--namespace",
                    "TEST", "--json",
                    "--peer", "\(pair.keys[0])@\(address)", "--send", "1", "--for", "1s",
                ], in: context, folder: folder)
            #expect(try await stranger.end() == .code(1))
            #expect(
                stranger.lines.last?.hasPrefix(#"{"sent":0,"received":0,"undelivered":0,"connected":0,"#)
                    == true)
            echo.send(.terminate)
            #expect(try await echo.end() == .code(0))
            #expect(!echo.lines.contains { $0.contains(#""event":"connected""#) })
        }
    }

    @Test func `a port that is taken is said at once`() async throws {
        try await Executable.scene { context, folder in
            let pair = Pair(folder)
            let first = try Executable.Running(
                pair.words(0, peer: "127.0.0.1:1"), in: context, folder: folder)
            let address = self.address(await first.line { $0.contains(#""event":"ready""#) })
            let second = try Executable.Running(
                pair.words(1, listen: address, peer: "127.0.0.1:1"), in: context, folder: folder)
            #expect(try await second.end() == .code(69))
            #expect(second.lines == [])
            #expect(
                contents(of: second.errors)
                    == "conclave: \(address) is in use; listen elsewhere or stop who listens there\n")
            first.send(.interrupt)
            #expect(try await first.end() == .code(0))
        }
    }

    @Test func `a validator counts what is no heartbeat, and stays with its genesis`()
        async throws
    {
        try await Executable.scene { context, folder in
            // Nobody listens on these ports: the validator takes another, and the other one only dials.
            let genesis = try DataFolder.open(folder.path).make(
                ports: [1, 2], entropy: context.entropy.bytes)
            let validator = try Executable.Running(
                [
                    "validator", "--data", folder.path, "--index", "0", "--json", "--set",
                    "listen=127.0.0.1:0",
                    "--log-level", "error",
                ], in: context, folder: folder)
            let address = self.address(await validator.line { $0.contains(#""event":"ready""#) })
            let liar = try Executable.Running(
                [
                    "peer", "--key", DataFolder.keyPath(of: 1, in: folder.path), "--listen", "127.0.0.1:0",
                    "--namespace", genesis.namespace, "--peer",
                    "\(genesis.validators[0].publicKey)@\(address)",
                    "--send", "5",
                ], in: context, folder: folder)
            #expect(try await liar.end() == .code(0))
            #expect(await validator.line { $0.contains(#""received":0,"refused":5,"#) } != nil)

            let again = try Executable.Running(
                [
                    "peer", "--key", DataFolder.keyPath(of: 1, in: folder.path), "--listen", "127.0.0.1:0",
                    "--namespace", genesis.namespace, "--peer",
                    "\(genesis.validators[0].publicKey)@\(address)",
                ], in: context, folder: folder)
            _ = await validator.line { $0.contains(#""event":"connected""#) }
            let shorter = folder.read("genesis.json").split(separator: "\n")
                .filter { !$0.contains("\(genesis.validators[1].publicKey)") }.joined(separator: "\n")
            _ = folder.write(shorter.replacing("},\n  ]", with: "}\n  ]"), "genesis.json")
            validator.send(.hangUp)
            while contents(of: validator.errors)?.contains("which makes it another chain") != true {
                try await context.sleep(for: .milliseconds(10))
            }
            #expect(!validator.lines.contains { $0.contains(#""reason":"not_authorised""#) })
            again.send(.interrupt)
            validator.send(.interrupt)
            #expect(try await again.end() == .code(0))
            #expect(try await validator.end() == .code(0))
        }
    }

    // MARK: The localnet

    func localnet(_ folder: Folder, _ context: Context, _ more: String...) throws -> Executable.Running {
        let words = ["localnet", "--data", folder.file("net"), "--json"] + more
        return try Executable.Running(words, in: context, folder: folder)
    }

    /// Reads on until so many more links have opened.
    func links(_ count: Int, of net: Executable.Running) async {
        var missing = count
        _ = await net.line { line in
            if line.contains(#""event":"connected""#) { missing -= 1 }
            return missing == 0
        }
    }

    /// The process identifier of the validator's last start.
    func identifier(of validator: Int, in net: Executable.Running) -> Int32? {
        let prefix = #"{"event":"started","validator":\#(validator),"process":"#
        return net.lines.last { $0.hasPrefix(prefix) }.flatMap {
            Int32($0.dropFirst(prefix.count).dropLast())
        }
    }

    func clear(_ folder: Folder) {
        let inner = Folder(at: folder.file("net"))
        withExtendedLifetime(inner) {}
    }

    @Test func `a validator that is killed is started again, and the localnet ends whole`() async throws {
        try await Executable.scene { context, folder in
            defer { self.clear(folder) }
            let net = try self.localnet(folder, context)
            await self.links(12, of: net)
            let victim = try #require(self.identifier(of: 2, in: net))
            #expect(kill(victim, SIGKILL) == 0)
            await self.links(6, of: net)
            let heir = try #require(self.identifier(of: 2, in: net))
            #expect(heir != victim)
            // Long enough for everyone to hear everyone again.
            try await context.sleep(for: .seconds(2))
            net.send(.interrupt)
            #expect(try await net.end() == .code(0))

            #expect(net.lines.contains(#"{"event":"ended","validator":2,"reason":"signal 9"}"#))
            let summary = net.lines.last ?? ""
            #expect(summary.hasPrefix(#"{"validators":4,"connected":12,"delivered":"#), "\(summary)")
            #expect(summary.contains(#","undelivered":0,"restarts":1,"seconds":"#), "\(summary)")
            #expect(summary.contains(#""forks":0,"#) && !summary.contains(#""height":0,"#), "\(summary)")
            for index in 0..<4 {
                let process = try #require(self.identifier(of: index, in: net))
                #expect(kill(process, 0) != 0, "validator \(index) still runs")
            }
            #expect(contents(of: net.errors) == "")
        }
    }

    @Test func `validators end when the localnet that started them is killed`() async throws {
        try await Executable.scene { context, folder in
            defer { self.clear(folder) }
            let net = try self.localnet(folder, context, "--validators", "2")
            await self.links(2, of: net)
            let processes = try [
                #require(self.identifier(of: 0, in: net)), #require(self.identifier(of: 1, in: net)),
            ]
            net.send(.kill)
            #expect(try await net.end() == .signal(9))
            // No bound on the time: a validator that stays makes the test hang, which is noticed.
            for process in processes {
                while kill(process, 0) == 0 { try await context.sleep(for: .milliseconds(20)) }
            }
        }
    }

    @Test func `a validator takes over changed quotas when it is told to, and nothing that is wrong`()
        async throws
    {
        try await Executable.scene { context, folder in
            _ = try DataFolder.open(folder.path).make(ports: [1, 2], entropy: context.entropy.bytes)
            let start =
                #"{"key":"validator-0.key","genesis":"genesis.json","listen":"127.0.0.1:0","store":"s""#
            let config = folder.write(start + "}", "config")
            let validator = try Executable.Running(
                ["validator", "--config", config, "--json"], in: context, folder: folder)
            _ = await validator.line { $0.contains(#""event":"ready""#) }
            for (change, said) in [
                (#","handshakesPerIP":"7/1s"}"#, "info    validator: took over quotas and peers\n"),
                (#","handshakesPerIP":"0/1s"}"#, "handshakesPerIP is 0 per"),
                (#","handshakesPerIp":"7/1s"}"#, "did you mean handshakesPerIP?"),
                (#","laneBytes":"8MiB"}"#, "other settings that changed wait for the next start"),
            ] {
                _ = folder.write(start + change, "config")
                validator.send(.hangUp)
                while contents(of: validator.errors)?.contains(said) != true {
                    try await context.sleep(for: .milliseconds(10))
                }
            }
            validator.send(.interrupt)
            #expect(try await validator.end() == .code(0))
        }
    }

    @Test func `a validator whose output nobody reads still ends when it is told to`() async throws {
        try await Executable.scene { context, folder in
            _ = try DataFolder.open(folder.path).make(ports: [1, 2], entropy: context.entropy.bytes)
            // The pipe is full before it begins; a line a second would stop it at its first.
            let script = """
                mkfifo "$2/full"; exec 3<>"$2/full"; head -c 65536 /dev/zero >&3
                "$1" validator --data "$2" --index 0 --json --set listen=127.0.0.1:0 --log-level debug \
                    >&3 2>"$2/log" &
                until grep -q dialed "$2/log"; do sleep 0.05; done
                sleep 2; kill -INT $!; wait $!; echo "ended with $?"
                """
            let process = try ChildProcess(
                .init(path: "/bin/bash", arguments: ["-c", script, "full", Executable.path, folder.path]),
                in: context)
            #expect(await process.lines.next() == "ended with 0")
            #expect(contents(of: folder.file("log"))?.contains("output was not read in time") == true)
        }
    }

    @Test func `a localnet is continued with the keys that it has, and only alone`() async throws {
        try await Executable.scene { context, folder in
            defer { self.clear(folder) }
            let first = try self.localnet(folder, context, "--validators", "2")
            await self.links(2, of: first)
            let genesis = contents(of: folder.file("net/genesis.json"))
            let second = try self.localnet(folder, context)
            #expect(try await second.end() == .code(69))
            first.send(.terminate)
            #expect(
                try await first.end() == .code(1) || first.lines.last?.contains(#""connected":2"#) == true)
            let third = try self.localnet(folder, context)
            await self.links(2, of: third)
            third.send(.interrupt)
            _ = try await third.end()
            #expect(contents(of: folder.file("net/genesis.json")) == genesis)
            let other = try self.localnet(folder, context, "--validators", "3")
            #expect(try await other.end() == .code(64))
            let fresh = try self.localnet(folder, context, "--validators", "3", "--fresh", "--for", "1s")
            _ = try await fresh.end()
            #expect(contents(of: folder.file("net/genesis.json")) != genesis)
        }
    }
}
