import ConclaveCodec
import ConclaveCryptography
import ConclaveLocalnet
import Testing

@Suite struct KeyFileTests {
    let folder = Folder()
    static let seed = [UInt8](0..<32)

    func complaint(_ text: String) -> String? {
        let path = folder.write(text, "k")
        do throws(LocalnetFailure) {
            _ = try KeyFile.read(path) { nil }
            return nil
        } catch {
            #expect(error == .badInput(error.message))
            return error.message.replacing("'\(path)'", with: "FILE")
        }
    }

    @Test func `a written key is read back`() throws {
        try KeyFile.write(SigningKey(seed: Self.seed), to: folder.file("k"))
        #expect(try KeyFile.read(folder.file("k")) { nil }.seedBytes == Self.seed)
    }

    @Test func `a sealed key is read back with what its file says of the cost`() throws {
        let protection = KeyFile.Protection(passphrase: [1, 2], cost: .least) {
            Array(repeating: 7, count: $0)
        }
        try KeyFile.write(SigningKey(seed: Self.seed), to: folder.file("k"), protection: protection)
        #expect(try KeyFile.read(folder.file("k")) { [1, 2] }.seedBytes == Self.seed)
        let text = folder.read("k")
        #expect(text.hasPrefix(#"{"type":"conclave-key","version":1,"sealed":""#))
        #expect(text.contains(#""operations":1,"memoryBytes":8192,"salt":"0707"#))
    }

    @Test(arguments: [
        ("", "FILE is not JSON"),
        ("{", "FILE is not JSON"),
        ("[1]", "FILE holds a list where an object { … } must stand"),
        ("{}", "FILE: type is missing; it must be 'conclave-key'"),
        (#"{"type":"other","version":1}"#, "FILE: type is 'other'; it must be 'conclave-key'"),
        (#"{"type":"conclave-key","version":2}"#, "FILE: version is 2; it must be 1"),
        (#"{"type":"conclave-key","version":"1"}"#, "FILE: version is '1'; it must be 1"),
        (#"{"type":"conclave-key","version":1}"#, "FILE: seed is missing; it must be 64 hexadecimal digits"),
        (
            #"{"type":"conclave-key","version":1,"seed":"abcd"}"#,
            "FILE: seed is something else; it must be 64 hexadecimal digits"
        ),
        (
            #"{"type":"conclave-key","version":1,"seed":7}"#,
            "FILE: seed is something else; it must be 64 hexadecimal digits"
        ),
        (
            #"{"type":"conclave-key","version":1,"seed":"SEED","sed":1}"#,
            "FILE: sed is an unknown key; did you mean seed?"
        ),
        (
            #"{"type":"conclave-key","version":1,"sealed":"00"}"#,
            "FILE: sealed is something else; it must be 96 hexadecimal digits"
        ),
        (
            #"{"type":"conclave-key","version":1,"sealed":"SEALED","operations":65}"#,
            "FILE: operations is 65; it must be a whole number from 1 to 64"
        ),
        (
            #"{"type":"conclave-key","version":1,"sealed":"SEALED","operations":1,"memoryBytes":1e15}"#,
            "FILE: memoryBytes is 1000000000000000; it must be a whole number from 8192 to 1073741824"
        ),
    ])
    func `each mistake in a file is named, and no secret is`(text: String, message: String) {
        let full = text.replacing("SEED", with: String(repeating: "ab", count: 32))
            .replacing("SEALED", with: String(repeating: "ab", count: 48))
        #expect(complaint(full) == message)
        #expect(complaint(full)?.contains("abab") == false)
    }

    @Test func `every truncation of a key file is refused`() {
        let whole = #"{"type":"conclave-key","version":1,"seed":"\#(Hex.text(Self.seed))"}"#
        #expect(complaint(whole) == nil)
        for count in 0..<whole.count { #expect(complaint(String(whole.prefix(count))) != nil) }
    }

    @Test func `a file that is too long is not read to its end`() {
        #expect(
            complaint(String(repeating: " ", count: 5_000)) == "FILE is longer than 4KiB, the most allowed")
    }

    @Test func `a file that is not there is named`() {
        let error = #expect(throws: LocalnetFailure.self) { try KeyFile.read("/nonexistent") { nil } }
        #expect(error == .badInput("cannot read '/nonexistent': No such file or directory"))
    }
}
