import ConclaveChain
import ConclaveCodec
import ConclaveCryptography
import ConclaveLocalnet
import Testing

@Suite struct GenesisFileTests {
    let folder = Folder()

    static let one = #"{"publicKey":"\#(peer(1))","address":"127.0.0.1:4100","weight":1}"#
    static let two = #"{"publicKey":"\#(peer(2))","address":"two.example:4100","weight":2}"#

    static let owner = #"{"publicKey":"\#(peer(3))","balance":500}"#

    static func text(
        network: String = #""net-1.a""#, epochLength: String = "100", validators: String = "[\(one),\(two)]",
        more: String = ""
    ) -> String {
        """
        {"type":"conclave-genesis","version":1,"network":\(network),"epochLength":\(epochLength),
        "validators":\(validators)\(more)}
        """
    }

    static let address = "an address such as 1.2.3.4:3000 or name.example:3000"

    func complaint(_ text: String) -> String? {
        let path = folder.write(text, "g")
        do throws(LocalnetFailure) {
            _ = try Genesis(file: path)
            return nil
        } catch {
            #expect(error == .badInput(error.message))
            return error.message.replacing("'\(path)'", with: "FILE")
        }
    }

    @Test func `a genesis file says who validates, where and with what weight`() throws {
        let genesis = try Genesis(file: folder.write(Self.text(), "g"))
        #expect(genesis.network == "net-1.a")
        #expect(genesis.epochLength == 100)
        let addresses = try [Ingress("127.0.0.1:4100"), Ingress("two.example:4100")]
        #expect(
            genesis.validators == [
                .init(publicKey: peer(1), address: addresses[0], weight: 1),
                .init(publicKey: peer(2), address: addresses[1], weight: 2),
            ])
        #expect(genesis.namespace == "CONCLAVE_net-1.a")
    }

    @Test func `a genesis file says who owns what, and what it leaves out has a value`() throws {
        let plain = try Genesis(file: folder.write(Self.text(), "g"))
        #expect(plain.staking == Genesis.Staking())
        #expect(plain.chain.accounts.map(\.key) == [peer(1), peer(2)])
        #expect(plain.chain.accounts.map(\.account.stake) == [1, 2])
        let terms = plain.chain.terms
        #expect(terms.schedule.length == 100 && terms.unbondingEpochs == 2 && terms.seatsMax == 100)

        let second = Self.two.replacing(":2}", with: #":20,"account":"\#(peer(3))"}"#)
        let first = Self.one.replacing(":1}", with: ":30}")
        let more = #","unbondingEpochs":3,"stakeMin":10,"seatsMax":1,"accounts":[\#(Self.owner)]"#
        let text = Self.text(validators: "[" + first + "," + second + "]", more: more)
        let full = try Genesis(file: folder.write(text, "f"))
        let accounts = full.chain.accounts
        #expect(accounts.map(\.key) == [peer(1), peer(3)])
        #expect(accounts[0].account.stake == 30 && accounts[0].account.balance == 0)
        #expect(accounts[1].account.stake == 20 && accounts[1].account.balance == 500)
        #expect(accounts[1].account.contact?.networkKey == peer(2))
        let ledger = Ledger(full.chain)
        #expect(ledger.roster.seats.map(\.contact.networkKey) == [peer(1)])
        #expect(full.chain.terms.unbondingEpochs == 3 && full.chain.terms.stakeMin == 10)
    }

    @Test func `the chain is the hash of the file, to the last space`() throws {
        let text = Self.text()
        let genesis = try Genesis(file: folder.write(text, "g"))
        #expect(genesis.chain.terms.identity.digest == ChainDigest(of: Array(text.utf8)))
        let spaced = try Genesis(file: folder.write(text + " ", "h"))
        #expect(spaced.validators == genesis.validators && spaced != genesis)
        #expect(spaced.chain.terms.identity != genesis.chain.terms.identity)
    }

    @Test func `a new genesis is the one that is read from what it writes`() throws {
        var staking = Genesis.Staking()
        staking.stakeMin = 5
        staking.accounts = [.init(publicKey: peer(9), balance: 7), .init(publicKey: peer(1), balance: 0)]
        let address = try Ingress("127.0.0.1:4100")
        let genesis = try Genesis(
            network: "new", epochLength: 9,
            validators: [.init(publicKey: peer(1), address: address, weight: 5, account: peer(4))],
            staking: staking)
        try genesis.write(to: folder.file("new"))
        #expect(try Genesis(file: folder.file("new")) == genesis)
    }

    @Test func `what is written is read back, and never over another file`() throws {
        let genesis = try Genesis(file: folder.write(Self.text(), "g"))
        try genesis.write(to: folder.file("copy"))
        #expect(try Genesis(file: folder.file("copy")) == genesis)
        #expect(folder.mode("copy") == 0o644)
        #expect(throws: LocalnetFailure.self) { try genesis.write(to: folder.file("copy")) }
        #expect(folder.names == ["copy", "g"])
    }

    @Test(arguments: [
        (text(network: "7"), "FILE: network is 7; it must be 1 to 64 letters, digits, hyphens or dots"),
        (text(network: #""""#), "FILE: network is ''; it must be 1 to 64 letters, digits, hyphens or dots"),
        (
            text(network: #""a b""#),
            "FILE: network is 'a b'; it must be 1 to 64 letters, digits, hyphens or dots"
        ),
        (text(epochLength: "0"), "FILE: epochLength is 0; it must be a whole number from 1 to 1099511627776"),
        (
            text(epochLength: "1.5"),
            "FILE: epochLength is 1.5; it must be a whole number from 1 to 1099511627776"
        ),
        (text(validators: "[]"), "FILE: validators is a list; it must be a list of 1 to 1024 objects"),
        (text(validators: "[3]"), "FILE: validators[0] is 3; it must be an object"),
        (
            text(validators: "[{}]"),
            "FILE: validators[0].publicKey is missing; it must be 64 hexadecimal digits"
        ),
        (
            text(validators: "[\(one.replacing("0.0.1:4100", with: "0.1"))]"),
            "FILE: validators[0].address is '127.0.1'; it must be \(address)"
        ),
        (
            text(validators: "[\(one.replacing(":4100", with: ":0"))]"),
            "FILE: validators[0].address is '127.0.0.1:0'; it must be \(address)"
        ),
        (
            text(validators: "[\(one),\(two.replacing(":2}", with: ":-1}"))]"),
            "FILE: validators[1].weight is -1; it must be a whole number from 1 to 1099511627776"
        ),
        (
            text(validators: "[\(one),\(one)]"),
            "FILE: validators[1].publicKey is that of validators[0] too; it must be the key of one "
                + "validator alone"
        ),
        (
            text(validators: "[\(one),\(two.replacing("two.example", with: "127.0.0.1"))]"),
            "FILE: validators[1].address is that of validators[0] too; it must be the address of one "
                + "validator alone"
        ),
        (
            text(validators: "[\(one.replacing("}", with: #","wieght":1}"#))]"),
            "FILE: validators[0].wieght is an unknown key; did you mean weight?"
        ),
        (
            text(more: #","extra":1"#),
            "FILE: extra is an unknown key; known are type, version, network, epochLength, unbondingEpochs, "
                + "stakeMin, seatsMax, accounts, validators"
        ),
    ])
    func `each mistake in a file is named`(text: String, message: String) {
        #expect(complaint(text) == message)
    }

    /// Two validators of one account.
    static let twins = "[" + one + "," + two.replacing(":2}", with: #":2,"account":"\#(peer(1))"}"#) + "]"

    static let stakingMistakes: [(String, String)] = [
        (
            text(more: #","unbondingEpochs":65"#),
            "FILE: unbondingEpochs is 65; it must be a whole number from 1 to 64"
        ),
        (text(more: #","seatsMax":0"#), "FILE: seatsMax is 0; it must be a whole number from 1 to 1024"),
        (
            text(more: #","stakeMin":2"#),
            "FILE: validators[0].weight is 1; it must be a whole number from 2 to 1099511627776"
        ),
        (text(more: #","acounts":[]"#), "FILE: acounts is an unknown key; did you mean accounts?"),
        (
            text(more: #","accounts":{}"#),
            "FILE: accounts is an object; it must be a list of 0 to 4096 objects"
        ),
        (
            text(more: #","accounts":[{"publicKey":"\#(peer(3))"}]"#),
            "FILE: accounts[0].balance is missing; it must be a whole number from 0 to 4503599627370496"
        ),
        (
            text(more: #","accounts":[\#(owner),{"publicKey":"\#(peer(3))","balance":1}]"#),
            "FILE: accounts[1].publicKey is that of accounts[0] too; it must be the key of one account alone"
        ),
        (
            text(more: #","accounts":[{"publicKey":"\#(peer(3))","balance":4503599627370494}]"#),
            "FILE: balances and weights are together more than 4503599627370496"
        ),
        (
            text(validators: twins),
            "FILE: validators[1].account is that of validators[0] too; it must be the account of one "
                + "validator alone"
        ),
        (
            text(validators: "[" + one.replacing(":1}", with: #":1,"account":7}"#) + "]"),
            "FILE: validators[0].account is 7; it must be 64 hexadecimal digits"
        ),
    ]

    @Test(arguments: stakingMistakes)
    func `each mistake in what is staked and owned is named`(text: String, message: String) {
        #expect(complaint(text) == message)
    }

    @Test func `every truncation of a genesis file is refused`() {
        let whole = Self.text()
        for count in 0..<whole.count { #expect(complaint(String(whole.prefix(count))) != nil) }
    }
}
