import ConclaveTool
import Testing

@Suite struct KeygenTests {
    /// RFC 8032, section 7.1, test 1.
    static let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    static let publicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

    let folder = Folder()

    func keygen(_ words: String...) -> (exit: ExitCode, results: [String], complaints: [String]) {
        let recording = Recording()
        let exit = recording.run(["keygen"] + words)
        return (exit, recording.results, recording.complaints)
    }

    @Test func `a seed makes the key of RFC 8032, in a file that only its owner may read`() {
        let made = keygen("--out", folder.file("a.key"), "--seed-hex", Self.seed)
        #expect(made.exit == .success)
        #expect(made.results == [Self.publicKey])
        #expect(folder.read("a.key") == #"{"type":"conclave-key","version":1,"seed":"\#(Self.seed)"}"# + "\n")
        #expect(folder.mode("a.key") == 0o600)
        #expect(folder.names == ["a.key"])
    }

    @Test func `each key made of chance is another`() {
        let first = keygen("--out", folder.file("a.key"))
        let second = keygen("--out", folder.file("b.key"))
        #expect(first.results.count == 1 && first.results.first?.count == 64)
        #expect(first.results != second.results)
        #expect(keygen("--show", folder.file("a.key")).results == first.results)
        #expect(
            keygen("--show=" + folder.file("a.key"), "--json").results
                == first.results.map {
                    #"{"publicKey":"\#($0)"}"#
                })
    }

    @Test func `an existing file is never overwritten`() {
        let path = folder.write("precious", "a.key")
        let refused = keygen("--out", path)
        #expect(refused.exit == .cannotWrite)
        #expect(
            refused.complaints
                == ["conclave: '\(path)' exists already and is not overwritten; name another file"])
        #expect(folder.read("a.key") == "precious")
        #expect(folder.names == ["a.key"])
    }

    @Test func `a folder that is not there cannot be written into`() {
        let refused = keygen("--out", folder.file("none/a.key"))
        #expect(refused.exit == .cannotWrite)
        #expect(
            refused.complaints == [
                "conclave: cannot write '\(folder.file("none/a.key"))': No such file or directory"
            ])
    }

    @Test func `a sealed key opens with its passphrase alone`() {
        let passphrase = folder.write("correct horse\n", "phrase")
        let path = folder.file("a.key")
        let made = keygen("--out", path, "--passphrase-file", passphrase, "--seed-hex", Self.seed)
        #expect(made.results == [Self.publicKey])
        #expect(folder.mode("a.key") == 0o600)
        #expect(!folder.read("a.key").contains(Self.seed))
        #expect(keygen("--show", path, "--passphrase-file", passphrase).results == [Self.publicKey])

        let without = keygen("--show", path)
        #expect(without.exit == .badInput)
        #expect(
            without.complaints
                == ["conclave: '\(path)' is sealed with a passphrase; give --passphrase-file FILE"])
        let wrong = keygen("--show", path, "--passphrase-file", folder.write("battery staple", "other"))
        #expect(wrong.exit == .badInput)
        #expect(
            wrong.complaints
                == ["conclave: cannot open '\(path)': the passphrase is wrong, or the file is damaged"])
    }

    @Test func `without a passphrase in its file nothing is written`() {
        let refused = keygen(
            "--out", folder.file("a.key"), "--passphrase-file", folder.write("\nlater", "phrase"))
        #expect(refused.exit == .badInput)
        #expect(folder.names == ["phrase"])
    }

    @Test(arguments: [
        [], ["--out", "a", "--show", "b"], ["--show", "a", "--seed-hex", seed],
        ["--seed-hex", "00", "--out", "a"], ["a"],
    ])
    func `bad usage is one line and exit code 64`(words: [String]) {
        let recording = Recording()
        #expect(recording.run(["keygen"] + words) == .usage)
        #expect(recording.complaints.count == 1)
        #expect(recording.results == [])
    }
}
