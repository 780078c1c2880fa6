import ConclaveCryptography
import ConclaveLocalnet

/// Reads the key that a command runs with.
enum KeyReading {
    static func key(in path: String, passphraseFile: String?) throws(Failure) -> SigningKey {
        try Failure.converting { () throws(LocalnetFailure) in
            try KeyFile.read(path) { () throws(LocalnetFailure) in
                guard let passphraseFile else { return nil }
                return try KeyFile.passphrase(in: passphraseFile)
            }
        }
    }
}
