import ConclaveArguments
import ConclaveCodec
import ConclaveCryptography
import ConclaveLocalnet
import ConclavePeersCore
import Testing

@testable import ConclaveBench
@testable import ConclaveTool

/// One at a time: they may write the page.
@Suite(.serialized) struct CliPageTests {
    let folder = Folder()
    static let one = KeygenTests.publicKey

    @Test func `the page shows the help of every command`() {
        for words in [[]] + Program.paths + Program.groups.map({ [$0.word] }) {
            let recording = Recording()
            #expect(recording.run(words + ["--help"]) == .success)
            let name = (["conclave"] + words + ["--help"]).joined(separator: " ")
            CliPage.check(name, shows: recording.results.joined(separator: "\n"))
        }
    }

    @Test func `the page shows the help of the benchmarks`() {
        CliPage.check("conclave-bench --help", shows: BenchOptions.command.help)
    }

    @Test func `the page shows what keygen prints and writes`() throws {
        let recording = Recording()
        let words = ["keygen", "--out", folder.file("k"), "--seed-hex", KeygenTests.seed, "--json"]
        #expect(recording.run(words) == .success)
        CliPage.check("keygen --json", shows: recording.results.joined(separator: "\n"))
        CliPage.check("key file", shows: String(folder.read("k").dropLast()))

        let key = try SigningKey(seed: #require(Hex.bytes(KeygenTests.seed)))
        let protection = KeyFile.Protection(passphrase: [1]) { Array(repeating: 7, count: $0) }
        try KeyFile.write(key, to: folder.file("s"), protection: protection)
        CliPage.check("sealed key file", shows: String(folder.read("s").dropLast()))
    }

    @Test func `the page shows every line of peer`() throws {
        let key = try #require(Hex.bytes(Self.one).flatMap { PublicKey($0) })
        let events: [PeerEvent] = [
            .ready(SocketAddress(.loopback, port: 3_000), key, http: nil), .connected(key, .dialed),
            .message(from: key, channel: 0, bytes: 64), .disconnected(key, reason: "end_of_stream"),
            .summary(PeerSummary(sent: 1_000, received: 1_000, undelivered: 0, connected: 1, seconds: 1.2)),
        ]
        CliPage.check("peer --json", shows: events.map(\.json.text).joined(separator: "\n"))
    }

    @Test func `the page shows every line of localnet`() {
        let named = LocalnetEvent.Named(key: peer(3), index: 3)
        let events: [LocalnetEvent] = [
            .started(0, process: 4_711),
            .ready(0, address: "127.0.0.1:4100", http: "127.0.0.1:5100", chain: "127.0.0.1:6100"),
            .connected(0, to: 1),
            .disconnected(0, from: 1, reason: "end_of_stream"), .ended(1, .signalled(9)),
            .failed(1, reason: "the system call spawn failed: Resource temporarily unavailable"),
            .epoch(3, joined: [named], left: []),
            .evidence(0, against: named, offence: "twoNotarizations", epoch: 2, view: 7),
            .alarm(0, reason: "viewsWithoutFinal(1000)"),
        ]
        var outcome = LocalnetOutcome(
            validators: 4, connected: 12, delivered: 156, undelivered: 0, restarts: 0, seconds: 10,
            isWhole: true)
        (outcome.chain.height, outcome.chain.epochs, outcome.chain.blocksPerSecond) = (2_610, 26, 261.4)
        (outcome.chain.finalityP50Milliseconds, outcome.chain.finalityP99Milliseconds) = (7.68, 17.41)
        outcome.chain.longestGapMilliseconds = 38
        let lines = events.map(\.json.text) + [outcome.json.text]
        CliPage.check("localnet --json", shows: lines.joined(separator: "\n"))
    }

    @Test func `the page shows the table of localnet`() {
        CliPage.check("localnet table", shows: LocalnetTableTests.sample.joined(separator: "\n"))
    }

    @Test func `the page shows every line of validator`() throws {
        let lines = ValidatorLineTests.lines.map(\.json.text)
        CliPage.check("validator --json", shows: lines.joined(separator: "\n"))
    }

    @Test func `the page shows every line of simulate`() {
        let lines = SimulationEventTests.samples.map(\.json.text)
        CliPage.check("simulate --json", shows: lines.joined(separator: "\n"))
        let text = SimulationEventTests.samples.flatMap(\.text)
        CliPage.check("simulate", shows: text.joined(separator: "\n"))
    }

    @Test func `the page shows a genesis file as it is written`() throws {
        let read = try Genesis(file: folder.write(GenesisFileTests.text(), "g"))
        var staking = Genesis.Staking()
        staking.accounts = [.init(publicKey: peer(1), balance: 1_000_000)]
        let genesis = try Genesis(
            network: read.network, epochLength: read.epochLength, validators: read.validators,
            staking: staking)
        try genesis.write(to: folder.file("copy"))
        CliPage.check("genesis file", shows: String(folder.read("copy").dropLast()))
    }

    @Test func `the page shows what status, peers and doctor print`() throws {
        let sight = NodeSightTests.sample
        CliPage.check("status", shows: sight.text)
        CliPage.check("status --json", shows: sight.json.text)
        CliPage.check("peers", shows: PeersTable.lines(sight.peers).joined(separator: "\n"))
        let lines = sight.peers.map { PeersTable.json($0).text } + [PeersTable.summary(sight).text]
        CliPage.check("peers --json", shows: lines.joined(separator: "\n"))
        let report = try DiagnosisTests.report()
        CliPage.check("doctor", shows: report.lines.joined(separator: "\n"))
        CliPage.check("doctor --json", shows: report.json.map(\.text).joined(separator: "\n"))
    }

    @Test func `every block of the page is compared`() {
        let compared =
            [
                "keygen --json", "key file", "sealed key file", "peer --json", "localnet --json",
                "localnet table",
                "status", "status --json", "peers", "peers --json", "doctor", "doctor --json",
                "validator --json", "simulate", "simulate --json", "genesis file", "conclave --help",
                "conclave-bench --help",
            ]
            + (Program.paths + Program.groups.map { [$0.word] }).map {
                "conclave \($0.joined(separator: " ")) --help"
            }
        #expect(CliPage.blocks.map(\.name).sorted() == compared.sorted())
    }
}
