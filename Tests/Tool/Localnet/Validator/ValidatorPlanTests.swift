import ConclaveChainApplication
import ConclaveCodec
import ConclaveConsensusCore
import ConclaveCryptography
import ConclaveLocalnet
import ConclavePeersCore
import Testing

@Suite struct ValidatorPlanTests {
    let folder = Folder()

    func made() throws -> Genesis {
        var calls: UInt8 = 0
        return try DataFolder.open(folder.path).make(ports: [4_100, 4_101]) { count in
            calls += 1
            return Array(repeating: calls, count: count)
        }
    }

    func settings(_ flags: String...) throws(LocalnetFailure) -> NodeSettings {
        try NodeSettings(file: nil, environment: { _ in nil }, flags: flags)
    }

    func complaint(_ body: () throws(LocalnetFailure) -> ValidatorPlan) -> LocalnetFailure? {
        do throws(LocalnetFailure) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func `a validator of a data folder listens where the genesis says`() throws {
        let genesis = try made()
        let plan = try ValidatorPlan(folder: folder.path, index: 1, settings: settings())
        #expect(plan.key.publicKey == genesis.validators[1].publicKey)
        #expect(plan.configuration.listen.port == 4_101)
        #expect(plan.configuration.namespace.description == "CONCLAVE_" + genesis.network)
        #expect(plan.store == folder.file("validator-1"))
        #expect(plan.history == .mayHaveVoted && plan.newcomerPath == folder.file("validator-1.new"))
        #expect(plan.consensus.epochLength == 100 && plan.pace == .asFastAsPossible)
    }

    @Test func `a configuration finds its validator by its key`() throws {
        _ = try made()
        let plan = try ValidatorPlan(
            settings: settings(
                "key=" + folder.file("validator-1.key"), "genesis=" + folder.file("genesis.json"),
                "listen=127.0.0.1:9", "store=kept", "blockTime=1s", "delta=300ms"))
        #expect(plan.index == 1)
        #expect(plan.store == "kept" && plan.newcomerPath == nil)
        #expect(plan.consensus.delta == .milliseconds(1_300) && plan.pace == .every(.seconds(1)))
        #expect(plan.configuration.listen.port == 9)
    }

    @Test func `what does not fit together is named`() throws {
        let genesis = try made()
        let path = folder.file("genesis.json")
        #expect(
            complaint { () throws(LocalnetFailure) in
                try ValidatorPlan(folder: folder.path, index: 2, settings: settings())
            } == .badUsage("--index: 2 is no validator of '\(path)', which has 0 to 1"))
        #expect(
            complaint { () throws(LocalnetFailure) in try ValidatorPlan(settings: settings()) }
                == .badInput("the configuration names no key"))

        let words = ["key=" + folder.file("validator-1.key"), "genesis=" + path]
        #expect(
            complaint { () throws(LocalnetFailure) in
                try ValidatorPlan(settings: settings(words[0], words[1]))
            } == .badInput("the configuration names no store, where votes and blocks are kept"))
        #expect(
            complaint { () throws(LocalnetFailure) in
                try ValidatorPlan(settings: settings(words[0], words[1], "store=s", "blockTime=2m"))
            } == .badUsage("delta and blockTime must be 1 ms to 60 s together"))

        let stranger = try SigningKey(seed: Array(repeating: 99, count: 32))
        try KeyFile.write(stranger, to: folder.file("stranger"))
        let file = folder.file("stranger")
        #expect(
            complaint { () throws(LocalnetFailure) in
                try ValidatorPlan(settings: settings("key=\(file)", "genesis=\(path)"))
            }
                == .badInput(
                    "'\(file)' is key \(stranger.publicKey.short)…, which is not in '\(path)'; "
                        + "set listen to the address to listen on"))
        let newcomer = try ValidatorPlan(
            settings: settings("key=\(file)", "genesis=\(path)", "store=s", "listen=127.0.0.1:9"))
        #expect(newcomer.index == nil && newcomer.configuration.listen.port == 9)

        _ = folder.write(folder.read("stranger"), "validator-0.key")
        #expect(
            complaint { () throws(LocalnetFailure) in
                try ValidatorPlan(folder: folder.path, index: 0, settings: settings())
            }
                == .badInput(
                    "'\(folder.file("validator-0.key"))' is key \(stranger.publicKey.short)…, but "
                        + "validator 0 of '\(path)' is \(genesis.validators[0].publicKey.short)…"))
    }

    @Test func `a validator with a name for its address must be told where to listen`() throws {
        let key = try SigningKey(seed: Array(repeating: 1, count: 32))
        try KeyFile.write(key, to: folder.file("k"))
        let entry = GenesisFileTests.two.replacing("\(peer(2))", with: "\(key.publicKey)")
        let path = folder.write(GenesisFileTests.text(validators: "[\(GenesisFileTests.one),\(entry)]"), "g")
        let words = ["key=" + folder.file("k"), "genesis=" + path, "store=" + folder.file("s")]
        #expect(
            complaint { () throws(LocalnetFailure) in
                try ValidatorPlan(settings: NodeSettings(file: nil, environment: { _ in nil }, flags: words))
            }
                == .badInput(
                    "validator 1 of '\(path)' has a name for its address; "
                        + "set listen to the numeric address to listen on"))
        let plan = try ValidatorPlan(
            settings: NodeSettings(
                file: nil, environment: { _ in nil }, flags: words + ["listen=127.0.0.1:9"]))
        #expect(plan.configuration.addressCheck == .bypassed)
    }
}
