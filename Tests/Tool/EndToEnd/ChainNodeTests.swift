import ConclaveLocalnet
import ConclaveRuntime
import ConclaveSystem
import Glibc
import Testing

/// The chain of a localnet, as one sees it from outside. One at a time: each takes processes and ports.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ChainNodeTests {
    /// - Parameter place: of the test among these, for ports that no other localnet looks at meanwhile.
    func net(
        _ folder: Folder, _ context: Context, _ place: Int, _ more: String...
    ) throws -> Executable.Running {
        let port = 20_000 + Int(getpid()) % 250 * 40 + place * 8
        let words = ["localnet", "--data", folder.file("net"), "--json", "--base-port", "\(port)"] + more
        return try Executable.Running(words, in: context, folder: folder)
    }

    func run(_ words: String..., in context: Context, _ folder: Folder) async throws -> (
        exit: ChildProcess.Exit, lines: [String]
    ) {
        let program = try Executable.Running(words, in: context, folder: folder)
        return (try await program.end(), program.lines)
    }

    /// What stands behind a key of a flat line of JSON.
    func value(_ key: String, in line: String?) -> String? {
        guard let rest = line?.split(separator: "\"\(key)\":", maxSplits: 1).dropFirst().first else {
            return nil
        }
        return rest.first == "\""
            ? rest.split(separator: "\"").first.map(String.init)
            : String(rest.prefix { $0 != "," && $0 != "}" })
    }

    /// Reads on until every validator has said where it answers for its chain.
    func chainAddresses(of net: Executable.Running) async -> [String] {
        var found: [String: String] = [:]
        _ = await net.line { line in
            guard line.contains(#""event":"ready""#), let index = value("validator", in: line) else {
                return false
            }
            found[index] = value("chainHttp", in: line)
            return found.count == 4
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    @Test func `stakes move, the next set changes, and a block is proven offline`() async throws {
        try await Executable.scene { context, folder in
            let net = try self.net(folder, context, 0, "--epoch-blocks", "20", "--block-time", "50ms")
            let chain = await self.chainAddresses(of: net)
            let address = try #require(chain.first)
            let genesis = DataFolder.genesisPath(in: folder.file("net"))
            // Not the one that it is handed to.
            let key = DataFolder.keyPath(of: 2, in: folder.file("net"))
            let bond = try await self.run(
                "stake", "bond", "--amount", "500", "--key", key, "--genesis", genesis, "--http", address,
                in: context, folder)
            #expect(bond.exit == .code(0))
            let hash = try #require(bond.lines.last)
            while true {
                let seen = try await self.run(
                    "chain", "validators", "--http", chain[3], "--json", in: context, folder)
                if let line = seen.lines.last, line.contains(#""weight":1500"#) { break }
            }
            let transaction = try await self.run("chain", "tx", hash, "--http", chain[1], in: context, folder)
            #expect(transaction.lines.contains { $0.contains("final in block") }, "\(transaction.lines)")
            // The roster of the first epoch, with the hand-overs since.
            let block = try await self.run(
                "chain", "block", "--proof", "--json", "--http", address, in: context, folder)
            let file = folder.write(block.lines.joined(separator: "\n"), "block")
            let proof = try await self.run("verify", "--genesis", genesis, file, in: context, folder)
            #expect(proof.exit == .code(0), "\(block.lines.count) lines")
            let last = try #require(block.lines.last),
                certificate = try #require(self.value("certificate", in: last))
            let flipped = certificate.dropLast() + (certificate.last == "0" ? "1" : "0")
            let forged = folder.write(
                (block.lines.dropLast() + [last.replacing(certificate, with: flipped)]).joined(
                    separator: "\n"),
                "forged")
            let refused = try await self.run("verify", "--genesis", genesis, forged, in: context, folder)
            #expect(refused.exit == .code(1))
            net.send(.interrupt)
            #expect(try await net.end() == .code(0), "\(net.lines.last ?? "")")
            let summary = net.lines.last
            #expect(self.value("forks", in: summary) == "0")
            #expect(Int(self.value("epochs", in: summary) ?? "") ?? 0 >= 1)
        }
    }

    @Test func `all four are killed, and the chain goes on from where it stood`() async throws {
        try await Executable.scene { context, folder in
            let net = try self.net(folder, context, 1, "--epoch-blocks", "20")
            _ = await self.chainAddresses(of: net)
            _ = await net.line { $0.contains(#""event":"epoch","epoch":2,"#) }
            let starts = net.lines.filter { $0.hasPrefix(#"{"event":"started""#) }
            for line in starts {
                let process = try #require(Int32(self.value("process", in: line) ?? ""))
                #expect(kill(process, SIGKILL) == 0)
            }
            // Later epochs follow on those before: nobody begins at 1 again.
            var epochs: [Int] = []
            _ = await net.line { line in
                guard line.contains(#""event":"epoch""#) else { return false }
                epochs.append(Int(self.value("epoch", in: line) ?? "") ?? 0)
                return epochs.count == 3
            }
            #expect(epochs.allSatisfy { $0 > 2 } && epochs == epochs.sorted(), "\(epochs)")
            try await context.sleep(for: .seconds(2))
            net.send(.interrupt)
            #expect(try await net.end() == .code(0), "\(net.lines.last ?? "")")
            #expect(self.value("restarts", in: net.lines.last) == "4")
            #expect(self.value("forks", in: net.lines.last) == "0")
        }
    }

    @Test func `one that votes twice is named, and the localnet ends whole`() async throws {
        try await Executable.scene { context, folder in
            let net = try self.net(folder, context, 2, "--byzantine", "1", "--block-time", "20ms")
            let evidence = await net.line { $0.contains(#""event":"evidence""#) }
            #expect(self.value("against", in: evidence) == "3")
            try await context.sleep(for: .seconds(3))
            net.send(.interrupt)
            #expect(try await net.end() == .code(0), "\(net.lines.last ?? "")")
            #expect(self.value("forks", in: net.lines.last) == "0")
            #expect(Int(self.value("evidence", in: net.lines.last) ?? "") ?? 0 > 0)
        }
    }
}
