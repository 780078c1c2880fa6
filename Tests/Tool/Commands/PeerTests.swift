import ConclaveTool
import Testing

@Suite struct PeerTests {
    static let other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a@127.0.0.1:3000"
    static let third = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c@[::1]:3000"
    static let plain = [
        "--key", "/nonexistent", "--listen", "127.0.0.1:0", "--namespace", "TEST", "--peer", other,
    ]

    static let discovering =
        Array(plain.dropLast()) + [String(other.prefix(64)), "--discovery"]

    @Test(arguments: [
        ([], "conclave peer needs --key FILE; see conclave peer --help"),
        (
            ["--key", "k", "--listen", "127.0.0.1:0", "--namespace", "N"],
            "conclave peer needs --peer HEX@ADDR …; see conclave peer --help"
        ),
        (
            ["--listen", "localhost:3000"],
            "--listen: 'localhost:3000' is not a numeric address such as 127.0.0.1:3000 or [::1]:3000"
        ),
        (
            ["--peer", "127.0.0.1:3000"],
            "--peer: '127.0.0.1:3000' is not a public key of 64 hexadecimal digits, @, and an address "
                + "such as 1.2.3.4:3000, [::1]:3000 or name.example:3000"
        ),
        (
            plain + ["--http", "0.0.0.0:9000"],
            "--http is 0.0.0.0:9000, which other machines can reach, and what it shows has no password; "
                + "give a loopback address such as 127.0.0.1:9000, or say --http-reach anywhere (httpReach "
                + "in a file) if a firewall stands before it"
        ),
        (plain + ["--wire", "quic"], "--wire: 'quic' is not native or commonware"),
        (plain + ["--size", "1KiB"], "--size is of --send COUNT, which is missing"),
        (plain + ["--to", String(repeating: "00", count: 32)], "--to is of --send COUNT, which is missing"),
        (plain + ["--send", "1", "--echo"], "--echo and --send exclude each other"),
        (
            plain + ["--send", "1", "--size", "2MiB"],
            "--size: 2MiB is more than --max-message, which is 1MiB"
        ),
        (
            plain + ["--send", "1", "--to", String(repeating: "00", count: 32)],
            "--to: \(String(repeating: "00", count: 32)) is none of the --peer keys"
        ),
        (
            plain + ["--peer", other.replacing(":3000", with: ":3001")],
            "--peer: the key \(other.prefix(64)) is given twice"
        ),
        (plain + ["--log-level", "loud"], "--log-level: 'loud' is not trace, debug, info, warning or error"),
    ])
    func `each mistake is one line and exit code 64`(words: [String], message: String) {
        let recording = Recording()
        #expect(recording.run(["peer"] + words) == .usage)
        #expect(recording.complaints == ["conclave: \(message)"])
        #expect(recording.results == [])
    }

    static let mistakesInDiscovery: [([String], String)] = [
        (
            Array(plain.dropLast()) + [String(other.prefix(64))],
            "--peer: \(other.prefix(64)) needs @ADDR behind it, or --discovery"
        ),
        (
            plain + ["--discovery"],
            "--peer: in discovery give \(other.prefix(64)) alone; --bootstrap says where it is"
        ),
        (
            plain + ["--bootstrap", other],
            "--bootstrap is of --discovery, which is missing"
        ),
        (
            plain + ["--advertise", "here.example:1"],
            "--advertise is of --discovery, which is missing"
        ),
        (
            discovering.map { $0.replacing("127.0.0.1:0", with: "0.0.0.0:3000") },
            "--listen 0.0.0.0:3000 is no address that others can dial; give --advertise ADDR"
        ),
        (
            discovering + ["--advertise", "here"],
            "--advertise: 'here' is not an address such as 127.0.0.1:9000, [::1]:9000 or name.example:9000"
        ),
    ]

    @Test(arguments: mistakesInDiscovery)
    func `each mistake about addresses is one line and exit code 64`(words: [String], message: String) {
        let recording = Recording()
        #expect(recording.run(["peer"] + words) == .usage)
        #expect(recording.complaints == ["conclave: \(message)"])
    }

    @Test func `a key file that is not there is bad input`() {
        let recording = Recording()
        #expect(recording.run(["peer"] + Self.plain) == .badInput)
        #expect(recording.complaints == ["conclave: cannot read '/nonexistent': No such file or directory"])
    }

    @Test func `a node is not its own peer`() {
        let folder = Folder()
        let recording = Recording()
        #expect(
            recording.run(["keygen", "--out", folder.file("k"), "--seed-hex", KeygenTests.seed]) == .success)
        #expect(recording.run(["peer", "--key", folder.file("k")] + Self.plain.dropFirst(2)) == .usage)
        #expect(
            recording.complaints
                == ["conclave: --peer: \(KeygenTests.publicKey) is this node's own key; name the others"])
    }
}
