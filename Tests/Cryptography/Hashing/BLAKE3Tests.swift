import ConclaveCodec
import ConclaveCryptography
import ConclaveVectors
import Testing

@Suite struct BLAKE3Tests {
    struct Published: Decodable {
        struct Case: Decodable {
            let inputLen: Int
            let hash, keyedHash, deriveKey: String
        }
        let key, contextString: String
        let cases: [Case]
    }
    static let path = "blake3/test_vectors.json"

    @Test(.enabled(if: VectorFile.shallTest(path), "\(path) is not there"))
    func `every published case comes out, in all three modes and at any length`() throws {
        let published = try VectorFile.published(Self.path, as: Published.self)
        #expect(published.cases.count == 35)
        for example in published.cases {
            let input = Self.input(example.inputLen)
            try Self.check(BLAKE3(), input, example.hash)
            try Self.check(BLAKE3(key: Array(published.key.utf8)), input, example.keyedHash)
            try Self.check(BLAKE3(derivingKeyFor: published.contextString), input, example.deriveKey)
        }
    }

    @Test func `the hash of nothing is the published one`() {
        #expect(
            Hex.text(BLAKE3.digest(of: []))
                == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")
    }

    @Test(arguments: [1, 63, 64, 65, 1_023, 1_024, 1_025, 4_096])
    func `input in pieces of any size gives the same digest`(size: Int) {
        let input = Self.input(5_000)
        var hash = BLAKE3()
        for start in stride(from: 0, to: input.count, by: size) {
            hash.update(Array(input[start..<min(start + size, input.count)]))
        }
        #expect(hash.digest() == BLAKE3.digest(of: input))
    }

    @Test func `a digest may be taken midway without changing what follows`() {
        var hash = BLAKE3()
        hash.update([1, 2, 3])
        _ = hash.digest()
        hash.update([4])
        #expect(hash.digest() == BLAKE3.digest(of: [1, 2, 3, 4]))
    }

    @Test(arguments: [0, 31, 33]) func `a key of another length is refused`(count: Int) {
        #expect(throws: KeyError.length(expected: 32, given: count)) {
            try BLAKE3(key: [UInt8](repeating: 0, count: count))
        }
    }

    private static func check(_ empty: BLAKE3, _ input: [UInt8], _ expected: String) throws {
        var hash = empty
        hash.update(input)
        let output = try #require(Hex.bytes(expected))
        #expect(hash.output(count: output.count) == output)
        #expect(hash.digest() == Array(output.prefix(32)))
    }

    /// The published inputs: 0, 1, …, 250, 0, 1, …
    private static func input(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8($0 % 251) }
    }
}
