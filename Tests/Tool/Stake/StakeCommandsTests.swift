import ConclaveChain
import ConclaveCodec
import ConclaveCryptography
import ConclaveLocalnet
import Testing

@testable import ConclaveTool

@Suite struct StakeCommandsTests {
    static let key = String(repeating: "ab", count: 32)
    static let common = ["--key", "k", "--genesis", "g", "--http", "127.0.0.1:1"]

    @Test(arguments: [
        (["bond"] + common, "conclave stake bond needs --amount N; see conclave stake bond --help"),
        (
            ["bond", "--amount", "0"] + common,
            "--amount: '0' is not a whole number from 1 to 4503599627370496"
        ),
        (
            ["bond", "--amount", "4503599627370497"] + common,
            "--amount: '4503599627370497' is not a whole number from 1 to 4503599627370496"
        ),
        (
            ["unbond", "--amount", "+1"] + common,
            "--amount: '+1' is not a whole number from 1 to 4503599627370496"
        ),
        (
            ["transfer", "--amount", "1"] + common,
            "conclave stake transfer needs --to HEX; see conclave stake transfer --help"
        ),
        (
            ["transfer", "--amount", "1", "--to", "ab"] + common,
            "--to: 'ab' is not a public key of 64 hexadecimal digits"
        ),
        (
            ["rotate", "--address", "1.2.3.4:5"] + common,
            "conclave stake rotate needs --network-key FILE; see conclave stake rotate --help"
        ),
        (
            ["unbond", "--amount", "1", "--to", key] + common,
            "unknown option '--to'; see conclave stake unbond --help"
        ),
        (["list"], "conclave stake list needs --http ADDR; see conclave stake list --help"),
    ])
    func `what is missing or wrong on the command line is named`(words: [String], message: String) {
        #expect(CommandGroupTests.run(StakeCommands.group, words).failure == Failure(.usage, message))
    }

    @Test(.timeLimit(.minutes(5)))
    func `what is sent waits, one nonce behind the other, and what is refused says why`() async throws {
        let folder = Folder()
        let account = try SigningKey(seed: Array(repeating: 1, count: 32))
        let network = try SigningKey(seed: Array(repeating: 2, count: 32))
        try KeyFile.write(account, to: folder.file("account"))
        try KeyFile.write(network, to: folder.file("network"))
        let owner = #"{"publicKey":"\#(account.publicKey)","balance":500}"#
        let path = folder.write(GenesisFileTests.text(more: #","accounts":[\#(owner)]"#), "g")
        let genesis = try Genesis(file: path)
        let chain = AnsweringChain(genesis.chain)
        try await chain.answering { address in
            func run(_ group: CommandGroup, _ words: [String]) -> ([String], Failure?) {
                let (results, failure, _) = CommandGroupTests.run(group, words + ["--http", "\(address)"])
                return (results, failure)
            }
            let sender = ["--key", folder.file("account"), "--genesis", path]
            let contact = ["--network-key", folder.file("network"), "--address", "1.2.3.4:5"]
            let (bond, _) = run(StakeCommands.group, ["bond", "--amount", "50"] + sender + contact)
            let (transfer, _) = run(
                StakeCommands.group, ["transfer", "--amount", "7", "--to", Self.key, "--json"] + sender)
            #expect(bond.count == 1 && transfer.count == 1)
            let (seen, _) = run(ChainCommands.group, ["tx"] + bond)
            #expect(seen.first?.contains("waiting for a block\n") == true)
            let (listed, _) = run(StakeCommands.group, ["list", "--account", "\(account.publicKey)"])
            #expect(listed.first?.contains("waiting    2 transactions") == true)
            let (set, _) = run(ChainCommands.group, ["validators"])
            #expect(set.first?.hasPrefix("height 0, epoch 0 of 1 to 100;") == true)
            let stranger = ["--key", folder.file("network"), "--genesis", path]
            let (_, refused) = run(StakeCommands.group, ["unbond", "--amount", "1"] + stranger)
            #expect(refused == Failure(.goalMissed, "nobody ever sent anything to it (unknown)"))
            let (_, missing) = run(ChainCommands.group, ["block"])
            #expect(missing == Failure(.goalMissed, "height 0 is the genesis file (unknown)"))
            #expect(transfer.first?.hasSuffix(#"","state":"waiting"}"#) == true)
        }
        let contact = ProvenContact(
            networkKey: network, address: try Ingress("1.2.3.4:5"), for: account.publicKey,
            on: genesis.chain.terms.identity)
        let recipient = try #require(Hex.bytes(Self.key).flatMap { PublicKey($0) })
        #expect(chain.waiting.map(\.nonce) == [0, 1])
        #expect(
            chain.waiting.map(\.operation) == [
                .bond(amount: 50, contact), .transfer(to: recipient, amount: 7),
            ])
    }

    @Test func `a validator that is not there is said to be, with what would help`() {
        let (_, failure, _) = CommandGroupTests.run(
            StakeCommands.group, ["list", "--http", "127.0.0.1:1"])
        #expect(failure?.exit == .unavailable)
        #expect(
            failure?.message.hasSuffix("a validator answers for the chain with --chain-http ADDR") == true)
    }
}
