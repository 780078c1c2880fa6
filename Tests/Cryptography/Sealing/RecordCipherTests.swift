import CConclaveSodium
import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveVectors
import Testing

@Suite struct RecordCipherTests {
    static let path = "wycheproof/chacha20_poly1305_test.json"

    struct Case: Decodable, WycheproofCase {
        let tcId: Int
        let flags: [String]
        let result: WycheproofResult
        let key, iv, aad, msg, ct, tag: String
    }

    @Test(.enabled(if: VectorFile.shallTest(path), "\(path) is not there"))
    func `every valid published case opens and seals to the same bytes, no invalid one opens`() throws {
        let cases = try WycheproofFile<Case>.cases(Self.path, expected: 325)
        for example in cases {
            let parts = try [example.key, example.iv, example.aad, example.msg, example.ct, example.tag].map {
                try #require(Hex.bytes($0))
            }
            guard let nonce = RecordNonce(parts[1]) else {
                #expect(example.result == .invalid && example.flags == ["InvalidNonceSize"])
                continue
            }
            let opened = Self.open(parts[4] + parts[5], key: parts[0], nonce: nonce, aad: parts[2])
            #expect(opened == (example.result == .valid ? parts[3] : nil), "case \(example.tcId)")
            let sealed = Self.seal(parts[3], key: parts[0], nonce: nonce, aad: parts[2])
            #expect((sealed == parts[4] + parts[5]) == (example.result == .valid), "case \(example.tcId)")
        }
    }

    @Test func `records of random lengths are byte for byte those of libsodium`() throws {
        var random = SplitMix64(seed: 1)
        let key = Self.bytes(32, &random)
        var sealing = SealingKey(key: key)
        var opening = OpeningKey(key: key)
        for counter in 0..<400 {
            let count = Int.random(in: 0...(counter % 4 == 0 ? 70_000 : 600), using: &random)
            let plaintext = Self.bytes(count, &random)
            let expected = Self.sodiumSeal(plaintext, key: key, counter: UInt64(counter))
            let sealed = try sealing.sealed(plaintext)
            #expect(sealed == expected, "record \(counter) of \(count) bytes")
            #expect(try opening.opened(sealed) == plaintext)
        }
    }

    private static func open(_ sealed: [UInt8], key: [UInt8], nonce: RecordNonce, aad: [UInt8]) -> [UInt8]? {
        let cipher = RecordCipher(key: key, direction: .opening)
        var plaintext = sealed
        let count = sealed.count - RecordCipher.tagBytes
        let verifies = unsafe plaintext.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            unsafe cipher.start(nonce, expecting: start + count)
            if !aad.isEmpty { cipher.authenticate(aad) }
            unsafe cipher.update(start, start, count: count)
            return cipher.verifies()
        }
        return verifies ? Array(plaintext.prefix(count)) : nil
    }

    private static func seal(_ plaintext: [UInt8], key: [UInt8], nonce: RecordNonce, aad: [UInt8]) -> [UInt8]
    {
        let cipher = RecordCipher(key: key, direction: .sealing)
        var sealed = plaintext + [UInt8](repeating: 0, count: RecordCipher.tagBytes)
        unsafe sealed.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            cipher.start(nonce)
            if !aad.isEmpty { cipher.authenticate(aad) }
            unsafe cipher.update(start, start, count: plaintext.count)
            unsafe cipher.finish(writing: start + plaintext.count)
        }
        return sealed
    }

    private static func sodiumSeal(_ plaintext: [UInt8], key: [UInt8], counter: UInt64) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: plaintext.count + 16)
        let nonce = (0..<12).map { $0 < 8 ? UInt8(truncatingIfNeeded: counter >> UInt64($0 * 8)) : 0 }
        _ = unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
            &sealed, nil, plaintext, UInt64(plaintext.count), nil, 0, nil, nonce, key)
        return sealed
    }

    private static func bytes(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
}
