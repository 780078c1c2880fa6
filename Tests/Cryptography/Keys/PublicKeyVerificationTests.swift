import ConclaveCodec
import ConclaveCryptography
import ConclaveVectors
import Testing

@Suite struct PublicKeyVerificationTests {
    static let path = "wycheproof/ed25519_test.json"

    struct File: Decodable {
        struct Group: Decodable {
            struct Key: Decodable {
                let pk: String
            }
            let publicKey: Key
            let tests: [Case]
        }
        struct Case: Decodable {
            let tcId: Int
            let msg, sig: String
            let result: WycheproofResult
        }
        let numberOfTests: Int
        let testGroups: [Group]
    }

    @Test(.enabled(if: VectorFile.shallTest(path), "\(path) is not there"))
    func `A8 every valid published signature verifies and no invalid one does`() throws {
        let file = try VectorFile.published(Self.path, as: File.self)
        var verified = 0, refused = 0
        for group in file.testGroups {
            let key = try #require(PublicKey(bytes(group.publicKey.pk)))
            for example in group.tests {
                let message = try bytes(example.msg)
                let signature = Signature(try bytes(example.sig))
                let verifies = signature.map { key.verifies($0, payload: message) } ?? false
                #expect(verifies == (example.result == .valid), "case \(example.tcId)")
                if verifies { verified += 1 } else { refused += 1 }
            }
        }
        #expect(file.numberOfTests == 151 && verified == 88 && refused == 63)
    }

    @Test func `A8 a key of small order, whose signatures fit many messages, verifies nothing`() throws {
        // The neutral point as key and as R, and S = 0: ZIP-215's 8·S·B = 8·R + 8·h·A holds for any message.
        let neutral: [UInt8] = [1] + [UInt8](repeating: 0, count: 31)
        let key = try #require(PublicKey(neutral))
        let signature = try #require(Signature(neutral + [UInt8](repeating: 0, count: 32)))
        #expect(!key.verifies(signature, payload: [1, 2, 3]))
    }

    @Test func `A8 a signature holds for its key, message and namespace, and for no other`() throws {
        let key = try SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let other = try SigningKey(seed: [UInt8](repeating: 2, count: 32))
        let namespace = try Namespace("CHAT")
        let signature = key.sign([1, 2, 3], namespace: namespace)
        #expect(key.publicKey.verifies(signature, of: [1, 2, 3], namespace: namespace))
        #expect(!other.publicKey.verifies(signature, of: [1, 2, 3], namespace: namespace))
        #expect(!key.publicKey.verifies(signature, of: [1, 2], namespace: namespace))
        #expect(!key.publicKey.verifies(signature, of: [1, 2, 3], namespace: try Namespace("CHAT2")))
        #expect(!key.publicKey.verifies(signature, of: [1, 2, 3], namespace: try Namespace("CHA")))
    }

    @Test func `bytes moved between namespace and message do not verify`() throws {
        let key = try SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let signature = key.sign(Array("AB".utf8), namespace: try Namespace("CHAT"))
        #expect(!key.publicKey.verifies(signature, of: Array("TAB".utf8), namespace: try Namespace("CHA")))
        #expect(!key.publicKey.verifies(signature, of: Array("B".utf8), namespace: try Namespace("CHATA")))
    }

    @Test func `no signature of a handshake passes for one of a message, nor the other way round`() throws {
        let key = try SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let summary = [UInt8](repeating: 0, count: 32)
        let transcript = key.signTranscript(summary: summary)
        #expect(key.publicKey.verifiesTranscript(transcript, summary: summary))
        #expect(key.publicKey.verifies(transcript, payload: [0] + summary))
        // The message whose payload comes closest: a namespace of one zero byte.
        let namespace = try Namespace([0])
        let message = key.sign(Array(summary.dropFirst()), namespace: namespace)
        #expect(!key.publicKey.verifiesTranscript(message, summary: summary))
        #expect(!key.publicKey.verifies(transcript, of: Array(summary.dropFirst()), namespace: namespace))
    }
}
