import ConclaveCodec
import ConclaveCryptography
import ConclaveVectors
import Testing

@Suite struct EphemeralKeyTests {
    static let path = "wycheproof/x25519_test.json"
    /// Docs/Decisions/0004.
    static let refusedFlags: Set = [
        "LowOrderPublic", "ZeroSharedSecret", "SmallPublicKey", "NonCanonicalPublic",
    ]
    static let acceptedFlags: Set = [
        "Twist", "EdgeCaseMultiplication", "EdgeCaseShared", "SpecialPublicKey", "Ktv",
    ]

    struct Case: Decodable, WycheproofCase {
        let tcId: Int
        let flags: [String]
        let result: WycheproofResult
        let `public`, `private`, shared: String
    }

    @Test(.enabled(if: VectorFile.shallTest(path), "\(path) is not there"))
    func `A3 every valid published case agrees, and each acceptable one as its flags say`() throws {
        var refused = 0
        for example in try WycheproofFile<Case>.cases(Self.path, expected: 518) {
            let secret = try bytes(example.private)
            let other = try #require(EphemeralPublicKey(bytes(example.public)))
            let flags = Set(example.flags)
            if flags.isDisjoint(with: Self.refusedFlags) {
                #expect(example.result == .valid || flags.isSubset(of: Self.acceptedFlags))
                let shared = try bytes(example.shared)
                #expect(try summary(secret, other) == summary(of: shared), "case \(example.tcId)")
            } else {
                #expect(example.result == .acceptable)
                refused += 1
                #expect(throws: CryptoFault.unusableEphemeralKey, "case \(example.tcId)") {
                    try summary(secret, other)
                }
            }
        }
        #expect(refused == 44)
    }

    @Test func `both sides agree on the same secret, and a third on another`() throws {
        let first = [UInt8](repeating: 1, count: 32), second = [UInt8](repeating: 2, count: 32)
        let firstPublic = try EphemeralKey(secret: first).publicKey
        let secondPublic = try EphemeralKey(secret: second).publicKey
        #expect(try summary(first, secondPublic) == summary(second, firstPublic))
        #expect(try summary(first, secondPublic) != summary([UInt8](repeating: 3, count: 32), secondPublic))
    }

    @Test func `the public key is the one that commonware derives`() throws {
        let key = try EphemeralKey(secret: [UInt8](repeating: 0x11, count: 32))
        let expected = "7b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f13"
        #expect(Hex.text(key.publicKey.bytes) == expected)
    }

    @Test(arguments: [0, 31, 33]) func `a secret of another length is refused`(count: Int) {
        #expect(throws: KeyError.length(expected: 32, given: count)) {
            _ = try EphemeralKey(secret: [UInt8](repeating: 1, count: count))
        }
    }

    /// What a transcript makes of the secret: the one way to see it from outside.
    @discardableResult
    private func summary(_ secret: [UInt8], _ other: EphemeralPublicKey) throws -> [UInt8] {
        var transcript = Transcript(namespace: [1])
        transcript.commit(try EphemeralKey(secret: secret).sharedSecret(with: other))
        return transcript.summary
    }

    private func summary(of shared: [UInt8]) -> [UInt8] {
        var transcript = Transcript(namespace: [1])
        transcript.commit(shared)
        return transcript.summary
    }
}
