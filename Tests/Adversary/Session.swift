import ConclaveCodec
import ConclaveCryptography
import ConclaveTransport

/// A session whose far end follows no rule.
final class Session {
    let intruder: Intruder
    private var sealing: SealingKey

    init(_ intruder: Intruder, _ keys: consuming SessionKeys) {
        self.intruder = intruder
        sealing = keys.sealing
    }

    /// Any plaintext as the next record, framed.
    func record(_ plaintext: [UInt8]) throws -> [UInt8] {
        var sealed = plaintext + [UInt8](repeating: 0, count: 16)
        try unsafe sealed.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            try unsafe sealing.seal(start, count: plaintext.count)
        }
        var frame = Writer()
        frame.lengthPrefixed(sealed)
        return frame.bytes
    }

    /// A message as the application sends them.
    func message(_ bytes: [UInt8], channel: UInt64 = 0) throws -> [UInt8] {
        var plaintext = Writer()
        plaintext.byte(0)
        plaintext.varint(channel)
        plaintext.lengthPrefixed(bytes)
        return try record(plaintext.bytes)
    }

    func send(_ bytes: [UInt8]) async throws {
        try await intruder.send(bytes)
    }
}
