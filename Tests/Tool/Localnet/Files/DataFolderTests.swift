import ConclaveCryptography
import ConclaveLocalnet
import Glibc
import Testing

@Suite struct DataFolderTests {
    let folder = Folder()

    /// Bytes that differ from call to call.
    func entropy() -> (Int) -> [UInt8] {
        var calls: UInt8 = 0
        return { count in
            calls += 1
            return Array(repeating: calls, count: count)
        }
    }

    func made() throws -> Genesis {
        try DataFolder.open(folder.path).make(ports: [4_100, 4_101], entropy: entropy())
    }

    @Test func `making a folder writes a genesis, and for each validator a key and that it is new`() throws {
        let genesis = try made()
        #expect(
            folder.names == [
                "genesis.json", "validator-0.key", "validator-0.new", "validator-1.key", "validator-1.new",
            ])
        #expect(["validator-0.key", "validator-1.key"].map(folder.mode) == [0o600, 0o600])
        #expect(genesis.validators.map { "\($0.address)" } == ["127.0.0.1:4100", "127.0.0.1:4101"])
        #expect(genesis.network.hasPrefix("localnet-"))
        for index in 0..<2 {
            let key = try KeyFile.read(DataFolder.keyPath(of: index, in: folder.path)) { nil }
            #expect(key.publicKey == genesis.validators[index].publicKey)
        }
    }

    @Test func `an existing folder is continued as it is`() throws {
        let genesis = try made()
        #expect(try DataFolder.open(folder.path).genesis() == genesis)
    }

    @Test
    func `an empty folder holds no genesis, and one that was left unfinished is made with the keys it has`()
        throws
    {
        #expect(try DataFolder.open(folder.path).genesis() == nil)
        let key = try SigningKey(seed: Array(repeating: 9, count: 32))
        try KeyFile.write(key, to: folder.file("validator-0.key"))
        _ = folder.write("half", "genesis.json.77.draft")
        #expect(try DataFolder.open(folder.path).genesis() == nil)
        #expect(try made().validators[0].publicKey == key.publicKey)
    }

    @Test func `two localnets do not share a folder`() throws {
        let first = try DataFolder.open(folder.path)
        let error = #expect(throws: LocalnetFailure.self) { _ = try DataFolder.open(folder.path) }
        #expect(
            error == .unavailable("another localnet uses '\(folder.path)'; name another folder with --data"))
        _ = try first.genesis()
    }

    @Test func `a folder of somebody else is left alone`() throws {
        _ = folder.write("mine", "letter.txt")
        let error = #expect(throws: LocalnetFailure.self) { _ = try DataFolder.open(folder.path).genesis() }
        #expect(
            error
                == .cannotWrite(
                    "'\(folder.path)' holds 'letter.txt', but no genesis; name another folder with --data"))
        #expect(throws: LocalnetFailure.self) { try DataFolder.open(folder.path).clear() }
        #expect(folder.names == ["letter.txt"])
    }

    @Test func `clearing takes away what a localnet made`() throws {
        _ = try made()
        _ = folder.write("log", "validator-0.log")
        _ = unsafe Glibc.mkdir(folder.file("validator-0"), 0o700)
        _ = folder.write("votes", "validator-0/consensus.sqlite")
        try DataFolder.open(folder.path).clear()
        #expect(folder.names == [])
    }

    @Test func `clearing refuses when anything else is there too, and takes nothing away`() throws {
        _ = try made()
        _ = folder.write("mine", "letter.txt")
        let error = #expect(throws: LocalnetFailure.self) { try DataFolder.open(folder.path).clear() }
        #expect(
            error
                == .cannotWrite(
                    "'\(folder.path)' holds 'letter.txt', which no localnet made; delete it yourself"))
        #expect(folder.names.contains("genesis.json") && folder.names.contains("validator-1.key"))
    }

    @Test func `clearing refuses the folder of a network that is no localnet`() throws {
        _ = folder.write(GenesisFileTests.text(), "genesis.json")
        let error = #expect(throws: LocalnetFailure.self) { try DataFolder.open(folder.path).clear() }
        #expect(
            error
                == .cannotWrite("'\(folder.path)' is of network 'net-1.a', no localnet's; delete it yourself")
        )
        #expect(folder.names == ["genesis.json"])
    }

    @Test(arguments: [
        "validator-0.txt", "validator-.key", "validator-x.key", "validator-0.key.bak", "genesis.json.1",
    ])
    func `names that no localnet gives are not taken for its own`(name: String) throws {
        _ = try made()
        _ = folder.write("mine", name)
        #expect(throws: LocalnetFailure.self) { try DataFolder.open(folder.path).clear() }
        #expect(folder.names.contains(name))
    }

    @Test func `a place where no folder can be is named`() {
        let path = folder.write("a file", "file")
        let error = #expect(throws: LocalnetFailure.self) { _ = try DataFolder.open(path) }
        #expect(error == .cannotWrite("cannot write '\(path)': Not a directory"))
        #expect(throws: LocalnetFailure.cannotWrite("cannot write '\(path)/x': Not a directory")) {
            _ = try DataFolder.open(path + "/x")
        }
    }
}
